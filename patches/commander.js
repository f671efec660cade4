/** https://github.com/tj/commander.js/blob/v15.0.0/lib/command.js */
export default {
  dependency: 'commander',
  // Commander imports whole modules of Node's for one function each; to load those takes longer than all else that
  // `--help` does. `child_process` is for subcommands that are programs of their own: this tool has none.
  modules: {
    'node:child_process': 'export default {}',
    'node:util': "export const {stripVTControlCharacters} = process.getBuiltinModule('node:util')",
  },
}
