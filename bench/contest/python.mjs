// @ts-check
import { execFileSync } from 'node:child_process';

/** A Python that has PyTorch, or undefined. */
export function pythonWithTorch() {
  return ['python3', '/usr/bin/python3'].find((file) => {
    try {
      execFileSync(file, ['-c', 'import torch'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
