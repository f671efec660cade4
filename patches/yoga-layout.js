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
  ],
}
