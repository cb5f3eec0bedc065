import { h } from '../dom';
import type { View } from '../view';

export function measure(): View {
  return { element: h('div') };
}
