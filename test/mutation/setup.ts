import fc from 'fast-check';

// Whether a mutant is killed is not to be chance.
fc.configureGlobal({ seed: 1 });
