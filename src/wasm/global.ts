// TypeScript knows WebAssembly from the libraries of browsers alone, and a program for Node may have
// neither. These merge with whatever else declares them.
declare global {
  namespace WebAssembly {
    interface Memory {}
    interface Module {}
  }
}

export {};
