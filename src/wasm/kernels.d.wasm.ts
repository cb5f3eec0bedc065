/** The kernels, as edge runtimes import them: compiled, not instantiated. */
declare const module: WebAssembly.Module;
export default module;
