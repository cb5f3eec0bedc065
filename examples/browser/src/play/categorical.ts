/** One sample of some classes: scores as bars, cross-entropy, softmax, smoothed labels. */
import { Choice, DIGITS, digitsSwitch, Menu, PresetButton, Range, Readout } from '../controls';
import { h, s, setAttribute } from '../dom';
import { engine } from '../engine';
import { figures } from '../figures';
import { Handle } from '../handle';
import { type Key, t } from '../language';
import { fixed, format } from '../numbers';
import { Plot, place, range, round } from '../plot';
import type { View } from '../view';

type Kind = 'probability' | 'logit';

const CLASSES = { min: 2, max: 10 };
const SCORE = {
  probability: { min: 0, max: 1, step: 0.01 },
  logit: { min: -6, max: 6, step: 0.1 },
};
const SMOOTHING = { min: 0, max: 0.5, step: 0.01 };
/** What a number with two decimals needs. */
const PIXELS_OF_TEXT = 38;
/** The logit a probability of 0 is shown as. */
const LEAST_LOGIT = -6;

interface Example {
  readonly name: Key;
  readonly intro: Key;
  readonly classes: readonly Key[];
  readonly truth: number;
  readonly rows: readonly { readonly name: Key; readonly probabilities: readonly number[] }[];
}

const ANIMALS: Example = {
  name: 'animals',
  intro: 'animalsIntro',
  classes: ['cat', 'dog', 'rabbit'],
  truth: 0,
  rows: [
    { name: 'modelA', probabilities: [0.9, 0.08, 0.02] },
    { name: 'modelB', probabilities: [0.6, 0.25, 0.15] },
    { name: 'modelC', probabilities: [0.4, 0.3, 0.3] },
    { name: 'modelD', probabilities: [0.05, 0.25, 0.7] },
  ],
};

const DRINKS: Example = {
  name: 'drinks',
  intro: 'drinksIntro',
  classes: ['tea', 'coffee', 'juice', 'water'],
  truth: 1,
  rows: [
    { name: 'friend', probabilities: [0.05, 0.9, 0.03, 0.02] },
    { name: 'colleague', probabilities: [0.4, 0.3, 0.2, 0.1] },
    { name: 'stranger', probabilities: [0.5, 0.02, 0.28, 0.2] },
  ],
};

const EXAMPLES = [ANIMALS, DRINKS];

const state = {
  kind: 'probability' as Kind,
  /** The example whose classes these are, as long as their number is the same. */
  example: ANIMALS as Example | undefined,
  scores: { probability: [0.6, 0.25, 0.15], logit: [1.4, 0.5, 0] },
  truth: 0,
  smoothing: 0,
};

const scores = () => state.scores[state.kind];
const classCount = () => scores().length;

function className(k: number): string {
  const name = state.example?.classes[k];
  return name === undefined ? t('classNumber', k + 1) : t(name);
}

const optionsOf = (kind: Kind) => ({
  fromLogits: kind === 'logit',
  labelSmoothing: state.smoothing,
});

function loss(): number {
  return engine()
    .sparseCategoricalCrossEntropy.with(optionsOf(state.kind))
    .mean([state.truth], scores());
}

function gradient(): Float64Array {
  return engine()
    .sparseCategoricalCrossEntropy.with(optionsOf(state.kind))
    .gradient([state.truth], scores());
}

/** softmax(z): the gradient from logits, at a class that is not the label's. */
function softmax(logits: readonly number[]): number[] {
  const { sparseCategoricalCrossEntropy } = engine();
  const sparse = sparseCategoricalCrossEntropy.with({ fromLogits: true });
  const others = sparse.gradient([0], logits);
  others[0] = sparse.gradient([1], logits)[0] ?? Number.NaN;
  return Array.from(others);
}

const probabilities = () =>
  state.kind === 'logit' ? softmax(scores()) : [...state.scores.probability];

/** The label as the loss sees it: (1 − α)·[k = y] + α/K. */
const target = (k: number) =>
  (1 - state.smoothing) * (k === state.truth ? 1 : 0) + state.smoothing / classCount();

/** One probability is moved, and the others make room in proportion. */
function setProbability(moved: number, value: number) {
  const old = state.scores.probability;
  const rest = old.reduce((sum, p, k) => (k === moved ? sum : sum + p), 0);
  state.scores.probability = old.map((p, k) => {
    if (k === moved) return value;
    const share = rest > 0 ? p / rest : 1 / (old.length - 1);
    return Number(((1 - value) * share).toFixed(12));
  });
}

function setScore(k: number, value: number) {
  if (state.kind === 'probability') setProbability(k, value);
  else state.scores.logit[k] = value;
}

/** The same distribution, as far as the steps of the other kind allow. */
function setKind(kind: Kind) {
  if (kind === state.kind) return;
  if (kind === 'logit') {
    const logs = state.scores.probability.map((p) => Math.log(p));
    const middle = (Math.max(...logs) + Math.max(LEAST_LOGIT, Math.min(...logs))) / 2;
    state.scores.logit = logs.map((log) => {
      const z = Number((log - middle).toFixed(1));
      return Math.min(SCORE.logit.max, Math.max(LEAST_LOGIT, z));
    });
  } else {
    state.scores.probability = softmax(state.scores.logit).map((p) => Number(p.toFixed(12)));
  }
  state.kind = kind;
}

function setCount(n: number) {
  state.example = undefined;
  state.truth = Math.min(state.truth, n - 1);
  const { probability, logit } = state.scores;
  const kept = probability.slice(0, n);
  // A new class begins with the share that it would have among equals.
  while (kept.length < n) {
    const share = 1 / (kept.length + 1);
    for (let k = 0; k < kept.length; k++) kept[k] = (kept[k] ?? 0) * (1 - share);
    kept.push(share);
  }
  const sum = kept.reduce((a, b) => a + b, 0);
  state.scores = {
    probability: kept.map((p) => Number((sum > 0 ? p / sum : 1 / n).toFixed(12))),
    logit: Array.from({ length: n }, (_, k) => logit[k] ?? 0),
  };
}

export function categorical(): View {
  const lossReadout = new Readout('loss', DIGITS.logarithms);
  const bits = new Readout('bits', DIGITS.logarithms);
  const oneIn = new Readout('oneIn', DIGITS.logarithms - 1);
  const bars = h('div');
  const tableHolder = h('div');
  const truthHolder = h('div');
  const examples = EXAMPLES.map((example) => new ExampleTable(example, start));
  const surprise = new Surprise();
  const kind = new Choice<Kind>({
    label: t('scoresAs'),
    options: [
      ['probability', t('probabilities')],
      ['logit', t('logits')],
    ],
    get: () => state.kind,
    set: (value) => {
      setKind(value);
      start();
    },
  });
  const number = new Menu<number>({
    label: t('classes'),
    options: range(CLASSES.min, CLASSES.max, CLASSES.max - CLASSES.min + 1).map((n) => [
      n,
      String(n),
    ]),
    get: classCount,
    set: (n) => {
      setCount(n);
      start();
    },
  });
  const smoothing = new Range({
    label: t('smoothing'),
    ...SMOOTHING,
    get: () => state.smoothing,
    set: (value) => {
      state.smoothing = value;
      update();
    },
    text: (value) => fixed(value, 2),
  });
  let parts: readonly { draw: () => void }[] = [];

  /** Anew, for other classes or another kind of score. */
  function start() {
    const plot = new Bars(update);
    const table = new ClassTable();
    const truth = new Menu<number>({
      label: t('truth'),
      options: scores().map((_, k) => [k, className(k)]),
      get: () => state.truth,
      set: (k) => {
        state.truth = k;
        update();
      },
    });
    bars.replaceChildren(plot.svg, h('p', { class: 'hint' }, t('barsHint')));
    tableHolder.replaceChildren(table.element);
    truthHolder.replaceChildren(truth.element);
    parts = [plot, table, truth];
    update();
  }

  function update() {
    const value = loss();
    lossReadout.set(value);
    const p = probabilities()[state.truth] ?? 0;
    const nats = engine().sparseCategoricalCrossEntropy.mean([state.truth], probabilities());
    bits.set(nats / Math.LN2);
    oneIn.set(1 / p);
    for (const part of [...parts, kind, number, smoothing, surprise, ...examples]) part.draw();
  }

  const element = h(
    'div',
    { class: 'view categorical' },
    h(
      'header',
      { class: 'intro' },
      h('h2', {}, t('categorical')),
      h('p', {}, t('categoricalIntro')),
    ),
    h(
      'div',
      { class: 'split' },
      h('section', { class: 'card', 'aria-label': t('scores') }, bars, tableHolder),
      h(
        'section',
        { class: 'card controls', 'aria-label': t('controls') },
        kind.element,
        h('div', { class: 'row' }, truthHolder, number.element),
        smoothing.element,
        h('p', { class: 'big loss' }, h('span', { class: 'what' }, t('loss')), lossReadout.element),
        h('p', { class: 'formulas' }, h('span', { class: 'formula' }, t('categoricalFormula'))),
        h(
          'p',
          { class: 'note' },
          t('surpriseBefore'),
          bits.element,
          t('surpriseBetween'),
          oneIn.element,
          t('surpriseAfter'),
        ),
        h('div', { class: 'row' }, digitsSwitch()),
        surprise.svg,
      ),
    ),
    h('div', { class: 'halves' }, ...examples.map((example) => example.element)),
    figures([
      ['models', t('figureCategorical')],
      ['both', t('figureBinaryCategorical')],
    ]),
  );
  start();
  return { element };
}

/** A bar for each class, with its score as a handle, and what softmax makes of logits beside it. */
class Bars {
  private readonly plot: Plot;
  private readonly kind = state.kind;
  private readonly n = classCount();
  private readonly columns = scores().map(() => ({
    bar: s('rect'),
    share: s('rect', { class: 'bar softmax' }),
    goal: s('path', { class: 'target' }),
    text: s('text', { class: 'label', 'text-anchor': 'middle' }),
    result: s('text', { class: 'label huber', 'text-anchor': 'middle' }),
  }));
  private readonly handles: readonly Handle[];

  constructor(changed: () => void) {
    const { kind } = this;
    const isLogit = kind === 'logit';
    this.plot = new Plot({
      label: t('scores'),
      height: (width) => Math.min(400, Math.max(290, 0.6 * width)),
      x: () => ({
        domain: [-0.5, this.n - 0.5],
        label: t('class'),
        values: scores().map((_, k) => k),
        format: (k) => (this.n > 5 ? String(k + 1) : className(k)),
      }),
      y: () => ({
        domain: isLogit ? [-7.6, 6.4] : [0, 1.04],
        label: t(isLogit ? 'logit' : 'probability'),
        values: isLogit ? [-6, -4, -2, 0, 2, 4, 6] : [0, 0.25, 0.5, 0.75, 1],
      }),
      draw: () => this.place(),
    });
    for (const { bar, share, goal, text, result } of this.columns) {
      this.plot.marks.append(bar, isLogit ? share : goal);
      this.plot.labels.append(text);
      if (isLogit) this.plot.labels.append(result);
    }
    this.handles = scores().map(
      (_, k) =>
        new Handle(this.plot, {
          name: t('scoreOf', className(k)),
          className: k === state.truth ? 'truth' : 'other',
          shape: 'grip',
          orientation: 'vertical',
          ...SCORE[kind],
          get: () => scores()[k] ?? 0,
          set: (value) => {
            setScore(k, value);
            changed();
          },
          text: () => t('lossText', format(scores()[k] ?? 0), format(loss())),
          at: (plot) => [plot.x(k), plot.y(scores()[k] ?? 0)],
          from: (plot, _x, y) => plot.yAt(y),
        }),
    );
  }

  get svg(): SVGSVGElement {
    return this.plot.svg;
  }

  draw(): void {
    this.plot.draw();
  }

  private place() {
    const { plot, kind } = this;
    const all = probabilities();
    const slot = plot.x(1) - plot.x(0);
    const width = Math.min(72, 0.62 * slot);
    const decimals = slot < PIXELS_OF_TEXT ? 1 : 2;
    this.columns.forEach(({ bar, share, goal, text, result }, k) => {
      const score = scores()[k] ?? 0;
      const p = all[k] ?? 0;
      const middle = plot.x(k);
      setAttribute(bar, 'class', `bar ${k === state.truth ? 'truth' : 'other'}`);
      place(bar, middle - width / 2, plot.y(0), width, plot.y(score) - plot.y(0));
      // Along the lower edge: the whole width of a slot would be a probability of 1.
      place(share, middle - slot * 0.45, plot.bottom - 7, slot * 0.9 * p, 7);
      const level = round(plot.y(target(k)));
      setAttribute(goal, 'd', `M${round(middle - width / 2 - 6)},${level}h${round(width + 12)}`);
      text.textContent = kind === 'logit' ? fixed(score, 1) : shortened(p, decimals);
      setAttribute(text, 'x', round(middle));
      const above = kind === 'logit' ? Math.max(score, 0) : score;
      setAttribute(text, 'y', Math.max(plot.top + 4, round(plot.y(above)) - 14));
      result.textContent = shortened(p, decimals);
      setAttribute(result, 'x', round(middle));
      setAttribute(result, 'y', plot.bottom - 13);
    });
    for (const handle of this.handles) handle.draw();
  }
}

/** A probability beside its bar, where there is little room. */
function shortened(p: number, decimals: number): string {
  return p > 0 && p < 0.5 * 10 ** -decimals ? '≈ 0' : fixed(p, decimals);
}

/** Scores, probabilities, labels as smoothed, and gradient, class by class. */
class ClassTable {
  readonly element: HTMLTableElement;
  private readonly rows = scores().map((_, k) => ({
    score: new Readout(`score.${k}`),
    probability: new Readout(`probability.${k}`, DIGITS.logarithms),
    target: new Readout(`target.${k}`),
    gradient: new Readout(`gradient.${k}`, DIGITS.logarithms),
  }));

  constructor() {
    const isLogit = state.kind === 'logit';
    const columns = [
      ...(isLogit ? (['score'] as const) : []),
      'probability',
      'target',
      'gradient',
    ] as const;
    this.element = h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, t('class')),
          ...columns.map((name) => h('th', { scope: 'col' }, t(name === 'score' ? 'logit' : name))),
        ),
      ),
      h(
        'tbody',
        {},
        ...this.rows.map((row, k) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, className(k)),
            ...columns.map((name) => h('td', {}, row[name].element)),
          ),
        ),
      ),
    );
  }

  draw(): void {
    const all = probabilities();
    const slopes = gradient();
    this.rows.forEach((row, k) => {
      row.score.set(scores()[k] ?? 0);
      row.probability.set(all[k] ?? 0);
      row.target.set(target(k));
      row.gradient.set(slopes[k] ?? 0);
    });
  }
}

/** −ln p of the true class, with the point where it is now and those of the example. */
class Surprise {
  private readonly plot: Plot;
  private readonly curve = s('path', { class: 'curve truth' });
  private readonly dot = s('circle', { class: 'dot truth', r: 7 });
  private readonly ghosts = s('g');
  private readonly grid = [...range(0.002, 0.05, 40), ...range(0.06, 1, 95)];

  constructor() {
    this.plot = new Plot({
      label: t('surpriseCurve'),
      height: (width) => Math.min(230, Math.max(190, 0.5 * width)),
      x: () => ({
        domain: [0, 1],
        label: t('probabilityOfTruth'),
        values: [0, 0.25, 0.5, 0.75, 1],
      }),
      y: () => ({ domain: [0, 5], label: t('surprise'), values: [0, 1, 2, 3, 4, 5] }),
      draw: () => this.place(),
    });
    this.plot.marks.append(this.curve, this.ghosts);
    this.plot.labels.append(this.dot);
  }

  get svg(): SVGSVGElement {
    return this.plot.svg;
  }

  draw(): void {
    this.plot.draw();
  }

  private place() {
    const { plot } = this;
    const surprise = (p: number) => engine().binaryCrossEntropy.mean([1], [p]);
    this.curve.setAttribute('d', plot.path(this.grid.map((p) => [p, surprise(p)])));
    const p = probabilities()[state.truth] ?? 0;
    setAttribute(this.dot, 'cx', round(plot.x(p)));
    setAttribute(this.dot, 'cy', round(Math.max(plot.top, plot.y(surprise(p)))));
    const rows = state.example?.rows ?? [];
    this.ghosts.replaceChildren(
      ...rows.map((row) => {
        const q = row.probabilities[state.truth] ?? 0;
        return s('circle', {
          class: 'ghost',
          r: 4,
          cx: round(plot.x(q)),
          cy: round(plot.y(surprise(q))),
        });
      }),
    );
  }
}

/** An example's predictions, their loss each, by one-hot labels and by class index. */
class ExampleTable {
  readonly element: HTMLElement;
  private readonly example: Example;
  private readonly buttons: readonly PresetButton[];
  private readonly losses: readonly Readout[];

  constructor(example: Example, changed: () => void) {
    this.example = example;
    this.losses = example.rows.map(
      (_, i) => new Readout(`${example.name}.${i}`, DIGITS.logarithms),
    );
    this.buttons = example.rows.map(
      ({ name, probabilities: row }) =>
        new PresetButton(
          t(name),
          () =>
            state.kind === 'probability' &&
            state.truth === example.truth &&
            state.example === example &&
            row.every((p, k) => p === state.scores.probability[k]),
          () => {
            state.kind = 'probability';
            state.example = example;
            state.truth = example.truth;
            state.scores = { probability: [...row], logit: row.map(() => 0) };
            changed();
          },
        ),
    );
    this.element = h(
      'section',
      { class: 'card' },
      h('h3', {}, t(example.name)),
      h('p', {}, t(example.intro)),
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, t('whose')),
            ...example.classes.map((name, k) =>
              h('th', { scope: 'col', class: k === example.truth ? 'is-truth' : '' }, t(name)),
            ),
            h('th', { scope: 'col' }, t('loss')),
          ),
        ),
        h(
          'tbody',
          {},
          ...example.rows.map(({ probabilities: row }, i) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, this.buttons[i]?.element),
              ...row.map((p, k) =>
                h('td', { class: k === example.truth ? 'is-truth' : '' }, format(p)),
              ),
              h('td', {}, this.losses[i]?.element),
            ),
          ),
        ),
      ),
    );
  }

  draw(): void {
    const { truth, rows } = this.example;
    const all = engine().sparseCategoricalCrossEntropy.perSample(
      rows.map(() => truth),
      rows.flatMap((row) => row.probabilities),
    );
    this.losses.forEach((readout, i) => {
      readout.set(all[i] ?? Number.NaN);
    });
    for (const button of this.buttons) button.draw();
  }
}
