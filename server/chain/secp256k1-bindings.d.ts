// The package's types name its default entry, which falls back to arithmetic in JavaScript; the binding alone has the same functions.
declare module 'secp256k1/bindings.js' {
  const native: typeof import('secp256k1')
  export default native
}
