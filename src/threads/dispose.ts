// `using`, where the language has it. These merge with whatever else declares them.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Has `using` close an engine. (As a function: see inspect.ts.) */
export function setDispose(engine: { close(): void }): void {
  const symbol: symbol | undefined = Symbol.dispose;
  /* v8 ignore next -- older browsers */
  if (symbol === undefined) return;
  Object.defineProperty(engine, symbol, { value: () => engine.close(), configurable: true });
}
