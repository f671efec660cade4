/** https://github.com/vadimdemedes/ink/blob/v8.0.0/src/reconciler.ts */
export default {
  dependency: 'ink',
  // For React's developer tools, which no build has, it awaits two things at top level: CommonJS, which the executable is,
  // has no such await, and the executable reads no file beside itself, such as Ink's package.json.
  edits: [
    {file: 'build/reconciler.js', before: "await import('./devtools.js');", after: ''},
    {
      file: 'build/reconciler.js',
      before: 'const loaded = await loadPackageJson();',
      after: 'const loaded = packageInfo;',
    },
  ],
}
