/** https://github.com/facebook/yoga/blob/v3.2.1/javascript/src/load.ts; the file is Emscripten's output. */
export default {
  dependency: 'yoga-layout',
  edits: [
    {
      file: 'dist/binaries/yoga-wasm-base64-esm.js',
      // The WebAssembly is in the source as base64, which this loop decodes character by character: 15 ms, a tenth of
      // the time to the first frame. A buffer decodes it at once.
      before:
        'var b=xa(a.slice(37)),c=new Uint8Array(b.length);for(a=0;a<b.length;++a)c[a]=b.charCodeAt(a);var d=c',
      after: 'var d=new Uint8Array(Buffer.from(a.slice(37),"base64"))',
    },
    // The WebAssembly is made and started at once rather than awaited, by the same call that Emscripten has for a caller who
    // makes it (`Module.instantiateWasm`): CommonJS, which the executable is, has no await at top level.
    {
      file: 'dist/binaries/yoga-wasm-base64-esm.js',
      before: 'if(h.instantiateWasm)try{return h.instantiateWasm(d,\na)}',
      after: 'try{return a(new WebAssembly.Instance(new WebAssembly.Module(wa()),d)),{}}',
    },
    {
      file: 'dist/binaries/yoga-wasm-base64-esm.js',
      before: 'return loadYoga.ready',
      after: 'return loadYoga',
    },
    {file: 'dist/src/index.js', before: 'await loadYoga()', after: 'loadYoga()'},
  ],
}
