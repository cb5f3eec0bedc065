// All kernels in one module, kernels.wasm. The losses embed those of assembly/modules/ that they need.
// Its constants have a place of their own, as the modules share a memory.
memory.data(2048);

export * from './modules/absolute';
export * from './modules/binary';
export * from './modules/common';
export * from './modules/huber';
export * from './modules/probabilities';
export * from './modules/quantile';
export * from './modules/rows';
export * from './modules/squared';
