/** Losses of the visitor's own data: read, scored and shown in this page alone. */
import { checkbox, DIGITS, digitsSwitch, Menu, Readout } from '../controls';
import { h, newId, styled } from '../dom';
import { choice } from '../engine';
import { type Key, t } from '../language';
import { count, format } from '../numbers';
import type { View } from '../view';
import { ANIMALS_CSV, HOUSES_CSV, SPAM_CSV } from './examples';
import { guessed } from './guess';
import { Histogram } from './histogram';
import type { Complaint } from './problem';
import { LOSSES, type LossName, type Query, type Score, usesLogits, usesRows } from './score';
import type { Answer, Overview, Request } from './worker';

/** What stays when the language changes or another section is looked at. */
const state: {
  source: (() => Request) | undefined;
  query: Query | undefined;
  pasted: string;
} = { source: undefined, query: undefined, pasted: '' };

const NAME_OF_LOSS: Readonly<Record<LossName, Key>> = {
  squaredError: 'squared',
  absoluteError: 'absolute',
  huber: 'huber',
  quantile: 'quantile',
  binaryCrossEntropy: 'binaryCrossEntropy',
  sparseCategoricalCrossEntropy: 'sparseCrossEntropy',
};

export function data(): View {
  const panel = new Panel();
  return { element: panel.element, close: () => panel.close() };
}

class Panel {
  readonly element: HTMLElement;
  private worker: Worker | undefined;
  private overview: Overview | undefined;
  private readonly status = h('p', { role: 'status', class: 'status' });
  private readonly alert = h('p', { role: 'alert', class: 'alert' });
  private readonly bar = h('progress', {
    max: 1,
    value: 0,
    'aria-label': t('dataProgress'),
    hidden: true,
  });
  private readonly stop = h(
    'button',
    { type: 'button', hidden: true, onclick: () => this.abandon() },
    t('stop'),
  );
  private readonly chosen = h('div', { class: 'stack' });
  private readonly results = h('div', { class: 'stack' });

  constructor() {
    this.element = h(
      'div',
      { class: 'view data' },
      h('header', { class: 'intro' }, h('h2', {}, t('data')), h('p', {}, t('dataIntro'))),
      h('div', { class: 'halves' }, this.dropZone(), this.pasteBox()),
      h('div', { class: 'row working' }, this.bar, this.stop, this.status),
      this.alert,
      this.chosen,
      this.results,
    );
    if (state.source !== undefined) this.read(state.source, state.query);
  }

  close(): void {
    this.worker?.terminate();
  }

  private dropZone(): HTMLElement {
    const id = newId();
    const input = h('input', {
      type: 'file',
      id,
      multiple: true,
      accept: '.csv,.tsv,.txt,.npy,.json',
      class: 'away',
    });
    const open = (files: readonly File[]) => {
      if (files.length > 0) {
        this.read(() => ({ type: 'read', sources: files, backend: choice }));
      }
    };
    input.addEventListener('change', () => {
      open([...(input.files ?? [])]);
      // The same file again is news, too.
      input.value = '';
    });
    const zone = h(
      'section',
      { class: 'card drop', 'aria-label': t('dataFile') },
      h('h3', {}, t('dataDrop')),
      h('p', {}, t('dataFormats')),
      h('div', { class: 'row' }, input, h('label', { for: id, class: 'file' }, t('dataChoose'))),
      h('p', {}, t('dataTry')),
      h(
        'div',
        { class: 'row' },
        this.example('housesExample', HOUSES_CSV),
        this.example('spamExample', SPAM_CSV),
        this.example('animals', ANIMALS_CSV),
        h(
          'button',
          {
            type: 'button',
            onclick: () => this.read(() => ({ type: 'million', backend: choice })),
          },
          t('dataMillion'),
        ),
      ),
    );
    const over = (isOver: boolean) => (event: DragEvent) => {
      event.preventDefault();
      zone.classList.toggle('over', isOver);
    };
    zone.addEventListener('dragover', over(true));
    zone.addEventListener('dragleave', over(false));
    zone.addEventListener('drop', (event) => {
      over(false)(event);
      open([...(event.dataTransfer?.files ?? [])]);
    });
    return zone;
  }

  private example(name: Key, csv: string): HTMLElement {
    return h('button', { type: 'button', onclick: () => this.paste(csv) }, t(name));
  }

  private pasteBox(): HTMLElement {
    const id = newId();
    const text = h('textarea', {
      id,
      rows: 7,
      spellcheck: 'false',
      placeholder: 'y,p\n100,98\n160,165\n240,250',
    });
    text.value = state.pasted;
    text.addEventListener('input', () => {
      state.pasted = text.value;
    });
    return h(
      'section',
      { class: 'card', 'aria-label': t('dataPaste') },
      h('label', { for: id, class: 'heading' }, t('dataPaste')),
      text,
      h(
        'div',
        { class: 'row' },
        h('button', { type: 'button', onclick: () => this.paste(text.value) }, t('dataUse')),
      ),
    );
  }

  private paste(text: string) {
    state.pasted = text;
    const box = this.element.querySelector('textarea');
    if (box !== null) box.value = text;
    this.read(() => ({ type: 'read', sources: [text], backend: choice }));
  }

  /** Begins anew, in a worker of its own: whatever the last one does, nobody waits for it. */
  private read(source: () => Request, query?: Query) {
    this.worker?.terminate();
    state.source = source;
    state.query = query;
    this.chosen.replaceChildren();
    this.results.replaceChildren();
    this.alert.textContent = '';
    this.status.textContent = t('dataReading');
    this.bar.value = 0;
    this.bar.hidden = false;
    this.stop.hidden = false;
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.worker.addEventListener('message', ({ data: answer }: MessageEvent<Answer>) =>
      this.take(answer),
    );
    this.worker.addEventListener('error', ({ message }) =>
      this.complain({ key: 'dataError', values: [message] }),
    );
    this.send(source());
  }

  private send(request: Request) {
    this.worker?.postMessage(request);
  }

  private abandon() {
    this.worker?.terminate();
    this.idle();
    this.status.textContent = t('stopped');
  }

  private idle() {
    this.bar.hidden = true;
    this.stop.hidden = true;
  }

  private take(answer: Answer) {
    if (answer.type === 'progress') {
      this.bar.value = answer.share;
    } else if (answer.type === 'read') {
      this.overview = answer.overview;
      this.idle();
      const { rows, names } = answer.overview;
      const seconds = format(answer.milliseconds / 1000, 2);
      this.status.textContent = t('dataRead', count(rows), names.length, seconds);
      state.query ??= guessed(answer.overview);
      this.choose(state.query);
    } else if (answer.type === 'score') {
      this.alert.textContent = '';
      this.show(answer.score, answer.milliseconds);
    } else {
      this.idle();
      this.complain(answer.complaint);
    }
  }

  private complain({ key, values }: Complaint) {
    this.results.replaceChildren();
    if (this.overview === undefined || this.chosen.childElementCount === 0)
      this.status.textContent = '';
    this.alert.textContent = t(key, ...values);
  }

  /** The choices as they are, and the losses of what is chosen. */
  private choose(query: Query) {
    const { overview } = this;
    if (overview === undefined) return;
    const focused = document.activeElement?.getAttribute('data-choice');
    state.query = query;
    const change = (part: Partial<Query>) => this.choose({ ...query, ...part });
    const columns = overview.names.map((name, k) => [k, name] as const);
    const column = (label: Key, get: () => number, set: (k: number) => void) =>
      new Menu<number>({ label: t(label), options: columns, get, set }).element;
    const isRows = usesRows(query.loss);
    const fields = [
      new Menu<LossName>({
        label: t('loss'),
        options: LOSSES.map((name) => [name, t(NAME_OF_LOSS[name])]),
        get: () => query.loss,
        set: (loss) => change({ loss }),
      }).element,
      column(
        'dataTruth',
        () => query.truth,
        (truth) => change({ truth }),
      ),
      column(
        isRows ? 'dataFirst' : 'dataPrediction',
        () => query.from,
        (from) => change({ from }),
      ),
      isRows
        ? column(
            'dataLast',
            () => query.to,
            (to) => change({ to }),
          )
        : undefined,
      new Menu<number>({
        label: t('dataWeight'),
        options: [[-1, t('none')], ...columns],
        get: () => query.weight ?? -1,
        set: (k) => change({ weight: k < 0 ? undefined : k }),
      }).element,
      query.loss === 'huber'
        ? optionField('δ', query.delta, Number.POSITIVE_INFINITY, (delta) => change({ delta }))
        : undefined,
      query.loss === 'quantile'
        ? optionField(t('dataQuantile'), query.quantile, 1, (quantile) => change({ quantile }))
        : undefined,
      usesLogits(query.loss)
        ? checkbox(t('dataLogits'), query.fromLogits, (fromLogits) => change({ fromLogits }))
        : undefined,
    ].filter((field) => field !== undefined);
    fields.forEach((field, i) => {
      field.querySelector('select, input')?.setAttribute('data-choice', String(i));
    });
    this.chosen.replaceChildren(
      h(
        'section',
        { class: 'card', 'aria-label': t('controls') },
        h('div', { class: 'row fields' }, ...fields),
        h('details', {}, h('summary', {}, t('dataHead')), headTable(overview)),
      ),
    );
    this.chosen.querySelector<HTMLElement>(`[data-choice="${focused}"]`)?.focus();
    this.send({ type: 'score', query });
  }

  private show(score: Score, milliseconds: number) {
    const digits = state.query?.loss.endsWith('CrossEntropy') ? DIGITS.logarithms : DIGITS.sums;
    const readout = (name: string, value: number) => {
      const one = new Readout(name, digits);
      one.set(value);
      return one.element;
    };
    const fact = (name: string, value: Node | string) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, value));
    const histogram = new Histogram(score);
    this.results.replaceChildren(
      h(
        'div',
        { class: 'halves' },
        h(
          'section',
          { class: 'card' },
          h(
            'p',
            { class: 'big' },
            h('span', { class: 'what' }, t('mean')),
            readout('mean', score.mean),
          ),
          h(
            'dl',
            { class: 'facts' },
            fact(t('sum'), readout('sum', score.sum)),
            fact(t('samples'), count(score.rows)),
            fact(t('dataTime'), `${format(milliseconds, 2)} ms`),
          ),
          h('div', { class: 'row' }, digitsSwitch()),
          histogram.element,
        ),
        h('section', { class: 'card' }, worstTable(score, readout)),
      ),
    );
    histogram.draw();
  }
}

/** The first rows, as they were read. */
function headTable({ names, head }: Overview): HTMLElement {
  return h(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': t('dataHead') },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...['', ...names].map((name) => h('th', { scope: 'col' }, name)))),
      h(
        'tbody',
        {},
        ...head.map((row, i) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, String(i + 1)),
            ...row.map((value) => h('td', {}, value === undefined ? '—' : format(value))),
          ),
        ),
      ),
    ),
  );
}

/** The ten samples with the largest losses, each with a bar as long as its loss. */
function worstTable(
  { worst }: Score,
  readout: (name: string, value: number) => HTMLElement,
): HTMLElement {
  const largest = Math.max(...worst.map(({ loss }) => loss));
  return h(
    'table',
    { class: 'worst' },
    h('caption', {}, t('dataWorst')),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...(['dataRow', 'truth', 'dataPrediction', 'loss'] as const).map((key) =>
          h('th', { scope: 'col' }, t(key)),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      ...worst.map(({ row, yTrue, yPred, loss }, i) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, count(row)),
          h('td', {}, format(yTrue)),
          h('td', {}, yPred.map((value) => format(value, 3)).join(' ')),
          styled(
            h('td', { class: 'with-bar' }, readout(`worst.${i}`, loss)),
            '--part',
            String(loss > 0 && Number.isFinite(largest) ? loss / largest : 0),
          ),
        ),
      ),
    ),
  );
}

/** A number between 0 and `end`, but neither of them. */
function optionField(
  label: string,
  value: number,
  end: number,
  set: (value: number) => void,
): HTMLElement {
  const id = newId();
  const input = h('input', { type: 'number', id, min: 0, step: 'any', value });
  if (Number.isFinite(end)) input.max = String(end);
  input.addEventListener('change', () => {
    const { valueAsNumber: number } = input;
    if (number > 0 && number < end) set(number);
    else input.value = String(value);
  });
  return h('div', { class: 'menu' }, h('label', { for: id }, label), input);
}
