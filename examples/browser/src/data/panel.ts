import { h } from '../dom';
import type { View } from '../view';

export function data(): View {
  return { element: h('div') };
}
