/** Fields with their labels, and numbers that say what they are. */
import { h, newId, setAttribute } from './dom';
import { t } from './language';
import { format } from './numbers';

let isFull = false;
const readouts = new Set<WeakRef<Readout>>();

/** Whether numbers are shown with all their digits. */
function showAllDigits(all: boolean): void {
  isFull = all;
  document.documentElement.classList.toggle('all-digits', all);
  for (const reference of readouts) {
    const readout = reference.deref();
    if (readout === undefined) readouts.delete(reference);
    else readout.show();
  }
}

/** Digits that are right, by the library's contract: sums are within some ulp, logarithms 1e-14. */
export const DIGITS = { sums: 15, logarithms: 14 };

/** A number of the library's: rounded to be read, whole in `value`. */
export class Readout {
  readonly element: HTMLDataElement;
  private readonly digits: number;
  private value = Number.NaN;

  constructor(name: string, digits = DIGITS.sums) {
    this.digits = digits;
    this.element = h('data', { 'data-name': name, class: 'number' });
    readouts.add(new WeakRef(this));
  }

  set(value: number): void {
    this.value = value;
    this.show();
  }

  show(): void {
    this.element.value = Object.is(this.value, -0) ? '-0' : String(this.value);
    this.element.textContent = format(this.value, isFull ? this.digits : undefined);
  }
}

/** The box that has all numbers shown with all their digits. */
export function digitsSwitch(): HTMLElement {
  return checkbox(t('allDigits'), isFull, showAllDigits);
}

export function checkbox(
  label: string,
  checked: boolean,
  set: (checked: boolean) => void,
): HTMLLabelElement {
  const input = h('input', { type: 'checkbox' });
  input.checked = checked;
  input.addEventListener('change', () => set(input.checked));
  return h('label', { class: 'check' }, input, label);
}

interface RangeOptions {
  label: string;
  min: number;
  max: number;
  step: number;
  get: () => number;
  set: (value: number) => void;
  text?: (value: number) => string;
}

/** A slider with its value beside its label. */
export class Range {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly output = h('output');
  private readonly options: RangeOptions;

  constructor(options: RangeOptions) {
    this.options = options;
    const { label, min, max, step, set } = options;
    const id = newId();
    this.input = h('input', { type: 'range', id, min, max, step });
    this.input.addEventListener('input', () => set(this.input.valueAsNumber));
    this.output.htmlFor.add(id);
    this.element = h(
      'div',
      { class: 'range' },
      h('label', { for: id }, label),
      this.output,
      this.input,
    );
    this.draw();
  }

  draw(): void {
    const { get, text = format } = this.options;
    this.input.value = String(get());
    this.output.textContent = text(get());
    this.input.setAttribute('aria-valuetext', text(get()));
  }
}

interface ChoiceOptions<T extends string | number> {
  label: string;
  options: readonly (readonly [T, string])[];
  get: () => T;
  set: (value: T) => void;
}

/** A few options side by side, of which one is chosen: radio buttons in another dress. */
export class Choice<T extends string | number> {
  readonly element: HTMLFieldSetElement;
  private readonly inputs: readonly (readonly [T, HTMLInputElement])[];
  private readonly get: () => T;

  constructor({ label, options, get, set }: ChoiceOptions<T>) {
    const name = newId();
    this.get = get;
    this.inputs = options.map(([value]) => {
      const input = h('input', { type: 'radio', name, value: String(value) });
      input.addEventListener('change', () => set(value));
      return [value, input] as const;
    });
    this.element = h(
      'fieldset',
      { class: 'choice' },
      h('legend', {}, label),
      h(
        'div',
        { class: 'options' },
        ...options.map(([, text], i) => h('label', {}, this.inputs[i]?.[1], h('span', {}, text))),
      ),
    );
    this.draw();
  }

  draw(): void {
    for (const [value, input] of this.inputs) input.checked = value === this.get();
  }
}

/** A menu with its label. */
export class Menu<T extends string | number> {
  readonly element: HTMLElement;
  private readonly select: HTMLSelectElement;
  private readonly get: () => T;

  constructor({ label, options, get, set }: ChoiceOptions<T>) {
    const id = newId();
    this.get = get;
    this.select = h(
      'select',
      { id },
      ...options.map(([value, text]) => h('option', { value: String(value) }, text)),
    );
    this.select.addEventListener('change', () => {
      const chosen = options[this.select.selectedIndex];
      if (chosen !== undefined) set(chosen[0]);
    });
    this.element = h('div', { class: 'menu' }, h('label', { for: id }, label), this.select);
    this.draw();
  }

  draw(): void {
    this.select.value = String(this.get());
  }
}

/** A button that says whether it is the one in use. */
export class PresetButton {
  readonly element: HTMLButtonElement;
  private readonly isOn: () => boolean;

  constructor(text: string, isOn: () => boolean, use: () => void) {
    this.isOn = isOn;
    this.element = h('button', { type: 'button', class: 'preset', onclick: use }, text);
  }

  draw(): void {
    setAttribute(this.element, 'aria-pressed', String(this.isOn()));
  }
}
