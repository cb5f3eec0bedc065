/** One label, 0 or 1, and one prediction of it: binary cross-entropy and its gradient. */
import { Choice, DIGITS, digitsSwitch, PresetButton, Range, Readout } from '../controls';
import { h, s, setAttribute } from '../dom';
import { engine } from '../engine';
import { figures } from '../figures';
import { Handle } from '../handle';
import { t } from '../language';
import { fixed, format } from '../numbers';
import { Plot, range, round } from '../plot';
import type { View } from '../view';

type Kind = 'probability' | 'logit';
type Label = 0 | 1;

const LABELS = [1, 0] as const;
const INPUT = {
  probability: { min: 0.01, max: 0.99, step: 0.01 },
  logit: { min: -8, max: 8, step: 0.1 },
};
/** What the curves are drawn over. */
const GRID = {
  probability: [...range(0.0005, 0.02, 40), ...range(0.025, 0.975, 96), ...range(0.98, 0.9995, 40)],
  logit: range(-8, 8, 161),
};
const HIGHEST = { probability: 5, logit: 8.5 };
/** Half the length of the tangent, in pixels. */
const TANGENT = 62;

const FILTERS = [
  { name: 'filterSure', p: 0.95 },
  { name: 'filterUnsure', p: 0.6 },
  { name: 'filterWrong', p: 0.05 },
] as const;

const state = { kind: 'probability' as Kind, label: 1 as Label, probability: 0.6, logit: 0.4 };

const lossOf = (kind: Kind) => engine().binaryCrossEntropy.with({ fromLogits: kind === 'logit' });

const lossAt = (label: Label, value: number) => lossOf(state.kind).mean([label], [value]);

/** σ(z), which is the gradient from logits where the label is 0. */
function sigmoid(z: number): number {
  return lossOf('logit').gradient([0], [z])[0] ?? Number.NaN;
}

function set(value: number) {
  state[state.kind] = value;
}

function setKind(kind: Kind) {
  if (kind === state.kind) return;
  if (kind === 'logit') {
    const z = Math.log(state.probability / (1 - state.probability));
    state.logit = Math.min(INPUT.logit.max, Math.max(INPUT.logit.min, Number(z.toFixed(1))));
  } else {
    const p = Number(sigmoid(state.logit).toFixed(2));
    state.probability = Math.min(INPUT.probability.max, Math.max(INPUT.probability.min, p));
  }
  state.kind = kind;
}

export function binary(): View {
  const numbers = {
    probability: new Readout('probability', DIGITS.logarithms),
    loss: new Readout('loss', DIGITS.logarithms),
    gradient: new Readout('gradient', DIGITS.logarithms),
    other: new Readout('other', DIGITS.logarithms),
  };
  const input = h('div');
  const kind = new Choice<Kind>({
    label: t('predictionAs'),
    options: [
      ['probability', t('probability')],
      ['logit', t('logit')],
    ],
    get: () => state.kind,
    set: (value) => {
      setKind(value);
      start();
    },
  });
  const label = new Choice<Label>({
    label: t('truth'),
    options: LABELS.map((y) => [y, t(y === 1 ? 'isSpam' : 'isNotSpam')]),
    get: () => state.label,
    set: (y) => {
      state.label = y;
      update();
    },
  });
  const filters = new FilterTable(() => {
    start();
  });
  const holder = h('section', { class: 'card', 'aria-label': t('curves') });
  const formula = h('span', { class: 'formula' });
  let curves = new Curves(update);
  let slider = sliderOf();

  function sliderOf() {
    return new Range({
      label: t(state.kind === 'logit' ? 'logitZ' : 'probabilityP'),
      ...INPUT[state.kind],
      get: () => state[state.kind],
      set: (value) => {
        set(value);
        update();
      },
      text: (value) => fixed(value, state.kind === 'logit' ? 1 : 2),
    });
  }

  /** Anew, for another kind of prediction: the axes are others. */
  function start() {
    curves = new Curves(update);
    slider = sliderOf();
    holder.replaceChildren(curves.svg, h('p', { class: 'hint' }, t('binaryHint')));
    input.replaceChildren(slider.element);
    formula.textContent = t(state.kind === 'logit' ? 'logitFormula' : 'binaryFormula');
    update();
  }

  function update() {
    const value = state[state.kind];
    numbers.probability.set(state.kind === 'logit' ? sigmoid(value) : value);
    numbers.loss.set(lossAt(state.label, value));
    numbers.gradient.set(lossOf(state.kind).gradient([state.label], [value])[0] ?? Number.NaN);
    numbers.other.set(lossAt(state.label === 1 ? 0 : 1, value));
    for (const part of [kind, label, slider, curves, filters]) part.draw();
  }

  const fact = (name: string, readout: Readout) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, readout.element));
  const element = h(
    'div',
    { class: 'view binary' },
    h('header', { class: 'intro' }, h('h2', {}, t('binary')), h('p', {}, t('binaryIntro'))),
    h(
      'div',
      { class: 'split' },
      holder,
      h(
        'section',
        { class: 'card controls', 'aria-label': t('controls') },
        kind.element,
        label.element,
        input,
        h(
          'p',
          { class: 'big loss' },
          h('span', { class: 'what' }, t('loss')),
          numbers.loss.element,
        ),
        h('p', { class: 'formulas' }, formula),
        h(
          'dl',
          { class: 'facts' },
          fact(t('probability'), numbers.probability),
          fact(t('gradient'), numbers.gradient),
          fact(t('ifOther'), numbers.other),
        ),
        h('div', { class: 'row' }, digitsSwitch()),
      ),
    ),
    filters.element,
    figures([
      ['binary', t('figureBinary')],
      ['both', t('figureBinaryCategorical')],
    ]),
  );
  start();
  return { element };
}

/** Both curves, the point on the one that counts, and its tangent. */
class Curves {
  private readonly plot: Plot;
  private readonly kind = state.kind;
  private readonly curves = LABELS.map((y) => s('path', { class: `curve label-${y}` }));
  private readonly names = LABELS.map((y) => s('text', { class: `label label-${y}` }, `y = ${y}`));
  private readonly ghosts = FILTERS.map(() => s('circle', { class: 'ghost', r: 4 }));
  private readonly drop = s('line', { class: 'residual' });
  private readonly tangent = s('line', { class: 'tangent' });
  private readonly handle: Handle;

  constructor(changed: () => void) {
    const { kind } = this;
    const { min, max } = INPUT[kind];
    const isLogit = kind === 'logit';
    this.plot = new Plot({
      label: t('curves'),
      height: (width) => Math.min(460, Math.max(300, 0.66 * width)),
      x: () =>
        isLogit
          ? { domain: [min, max], label: t('logitZ') }
          : { domain: [0, 1], label: t('probabilityP'), values: [0, 0.25, 0.5, 0.75, 1] },
      y: () => ({ domain: [0, HIGHEST[kind]], label: t('lossNats') }),
      draw: () => this.place(),
    });
    this.plot.marks.append(...this.curves, this.drop, this.tangent, ...this.ghosts);
    this.plot.labels.append(...this.names);
    this.handle = new Handle(this.plot, {
      name: t(isLogit ? 'logitZ' : 'probabilityP'),
      className: 'prediction',
      orientation: 'horizontal',
      ...INPUT[kind],
      get: () => state[kind],
      set: (value) => {
        set(value);
        changed();
      },
      text: () => t('lossText', format(state[kind]), format(lossAt(state.label, state[kind]))),
      at: (plot) => [plot.x(state[kind]), plot.y(lossAt(state.label, state[kind]))],
      from: (plot, x) => plot.xAt(x),
      wholePlot: true,
    });
  }

  get svg(): SVGSVGElement {
    return this.plot.svg;
  }

  draw(): void {
    this.plot.draw();
  }

  private place() {
    const { plot, kind } = this;
    const loss = lossOf(kind);
    const grid = GRID[kind];
    LABELS.forEach((y, i) => {
      const losses = loss.perSample(new Uint8Array(grid.length).fill(y), grid);
      this.curves[i]?.setAttribute('d', plot.path(grid.map((x, k) => [x, losses[k] ?? 0])));
      const name = this.names[i];
      if (name === undefined) return;
      const isLeft = y === 1;
      const at = { probability: isLeft ? 0.06 : 0.94, logit: isLeft ? -6 : 6 }[kind];
      setAttribute(name, 'x', round(plot.x(at)) + (isLeft ? 12 : -12));
      setAttribute(name, 'y', round(plot.y(lossAt(y, at))) - 6);
      setAttribute(name, 'text-anchor', isLeft ? 'start' : 'end');
    });
    FILTERS.forEach(({ p }, i) => {
      const x = kind === 'logit' ? Math.log(p / (1 - p)) : p;
      const ghost = this.ghosts[i];
      if (ghost === undefined) return;
      setAttribute(ghost, 'cx', round(plot.x(x)));
      setAttribute(ghost, 'cy', round(plot.y(lossAt(state.label, x))));
    });
    this.placeTangent();
    this.handle.draw();
    setAttribute(plot.svg, 'data-label', state.label);
  }

  private placeTangent() {
    const { plot, kind } = this;
    const value = state[kind];
    const loss = lossAt(state.label, value);
    const slope = lossOf(kind).gradient([state.label], [value])[0] ?? 0;
    const [x, y] = [plot.x(value), plot.y(loss)];
    const rise = plot.y(loss + slope) - y;
    const run = plot.x(value + 1) - x;
    const length = Math.hypot(rise, run);
    const [dx, dy] = [(TANGENT * run) / length, (TANGENT * rise) / length];
    setAttribute(this.tangent, 'x1', round(x - dx));
    setAttribute(this.tangent, 'x2', round(x + dx));
    setAttribute(this.tangent, 'y1', round(y - dy));
    setAttribute(this.tangent, 'y2', round(y + dy));
    setAttribute(this.drop, 'x1', round(x));
    setAttribute(this.drop, 'x2', round(x));
    setAttribute(this.drop, 'y1', round(y));
    setAttribute(this.drop, 'y2', plot.bottom);
  }
}

/** Three filters and one message: what each is charged, whichever way it turns out. */
class FilterTable {
  readonly element: HTMLElement;
  private readonly buttons: readonly PresetButton[];
  private readonly readouts = FILTERS.map((_, i) => ({
    p: new Readout(`filter.${i}.p`),
    losses: LABELS.map((y) => ({ y, readout: new Readout(`filter.${i}.${y}`, DIGITS.logarithms) })),
  }));

  constructor(changed: () => void) {
    this.buttons = FILTERS.map(
      ({ name, p }) =>
        new PresetButton(
          t(name),
          () => state.kind === 'probability' && state.probability === p,
          () => {
            state.kind = 'probability';
            state.probability = p;
            changed();
          },
        ),
    );
    this.element = h(
      'section',
      { class: 'card' },
      h('h3', {}, t('filters')),
      h('p', {}, t('filtersIntro')),
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, t('filter')),
            h('th', { scope: 'col' }, t('probabilityP')),
            ...LABELS.map((y) =>
              h(
                'th',
                { scope: 'col', class: `label-${y}` },
                t(y === 1 ? 'lossIfSpam' : 'lossIfNot'),
              ),
            ),
          ),
        ),
        h(
          'tbody',
          {},
          ...this.readouts.map(({ p: shown, losses }, i) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, this.buttons[i]?.element),
              h('td', {}, shown.element),
              ...losses.map(({ readout }) => h('td', {}, readout.element)),
            ),
          ),
        ),
      ),
    );
  }

  draw(): void {
    const loss = lossOf('probability');
    FILTERS.forEach(({ p }, i) => {
      this.readouts[i]?.p.set(p);
      for (const { y, readout } of this.readouts[i]?.losses ?? []) readout.set(loss.mean([y], [p]));
    });
    for (const button of this.buttons) button.draw();
  }
}
