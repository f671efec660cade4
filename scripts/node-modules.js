import {getBuiltinModule} from 'node:process'

/**
 * An import of one of Node's modules evaluates all that it exports: for `node:http` a second HTTP client, for
 * `node:crypto` the Web Crypto API, 30 ms for nothing. It also comes before everything else in its file. With this,
 * each export is a constant of its own, taken when the module that uses it is first needed, and those that nothing
 * uses are left out of the bundle.
 */
export const nodeModules = {
  name: 'node-modules',
  setup({onResolve, onLoad}) {
    // Imported dynamically, all of a module is wanted, and only then.
    onResolve({filter: /^node:/}, ({path, kind}) =>
      kind === 'import-statement' ? {path, namespace: 'node-module'} : {path, external: true},
    )
    onLoad({filter: /.*/, namespace: 'node-module'}, ({path}) => ({contents: exportsOf(path)}))
  },
}

function exportsOf(name) {
  // Optional: a Node before 22.3 lacks it, and is to be told that it is too old.
  const source = name === 'node:process' ? 'globalThis.process' : `process.getBuiltinModule?.('${name}')`
  const names = Object.keys(getBuiltinModule(name)).filter(key => /^[a-z_$][\w$]*$/i.test(key))
  return [
    `const all = /* @__PURE__ */ (() => ${source})()`,
    'export default all',
    ...names.map(
      (key, at) => `const e${at} = /* @__PURE__ */ (() => all.${key})()\nexport {e${at} as ${key}}`,
    ),
  ].join('\n')
}
