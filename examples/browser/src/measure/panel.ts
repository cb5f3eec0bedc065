/** The paths of the library against the loop people write, on this machine. */
import { version } from 'lossmeter/package.json';
import { Choice, Menu } from '../controls';
import { type Complaint, Problem } from '../data/problem';
import { h, newId } from '../dom';
import { type Key, t } from '../language';
import { count, format } from '../numbers';
import type { View } from '../view';
import { chart, NAME_OF_PATH } from './chart';
import type { Crew } from './crew';
import { FORMAT, parseReport, type Report } from './report';
import { ELEMENTS, elementsOf, ROUNDS, TASKS, type TaskName, TYPES, type TypeName } from './task';
import type { News } from './worker';

const NAME_OF_TASK: Readonly<Record<TaskName, Key>> = {
  squaredError: 'squared',
  absoluteError: 'absolute',
  huber: 'huber',
  binaryCrossEntropy: 'binaryCrossEntropy',
  sparseCategoricalCrossEntropy: 'sparseTen',
};

/** What stays when the language changes or another section is looked at. */
const state = {
  loss: 'binaryCrossEntropy' as TaskName,
  type: 'float32' as TypeName,
  elements: ELEMENTS.initial,
  mine: undefined as Report | undefined,
  other: undefined as Report | undefined,
  reason: undefined as string | undefined,
};

export function measure(): View {
  const panel = new Panel();
  return { element: panel.element, close: () => panel.close() };
}

class Panel {
  readonly element: HTMLElement;
  private worker: Worker | undefined;
  private readonly results = h('div', { class: 'stack' });
  private readonly status = h('p', { role: 'status', class: 'status' });
  private readonly alert = h('p', { role: 'alert', class: 'alert' });
  private readonly bar = h('progress', {
    max: ROUNDS,
    value: 0,
    'aria-label': t('measureProgress'),
    hidden: true,
  });
  private readonly start = h(
    'button',
    { type: 'button', class: 'primary', onclick: () => this.run() },
    t('measureStart'),
  );
  private readonly stop = h(
    'button',
    { type: 'button', disabled: true, onclick: () => this.abandon() },
    t('stop'),
  );

  constructor() {
    this.element = h(
      'div',
      { class: 'view measure' },
      h('header', { class: 'intro' }, h('h2', {}, t('measure')), h('p', {}, t('measureIntro'))),
      h(
        'section',
        { class: 'card', 'aria-label': t('controls') },
        h(
          'div',
          { class: 'row fields' },
          new Menu<TaskName>({
            label: t('loss'),
            options: TASKS.map((name) => [name, t(NAME_OF_TASK[name])]),
            get: () => state.loss,
            set: (loss) => {
              state.loss = loss;
            },
          }).element,
          new Choice<TypeName>({
            label: t('elementType'),
            options: TYPES.map((name) => [name, name]),
            get: () => state.type,
            set: (type) => {
              state.type = type;
            },
          }).element,
          elementsField(),
        ),
        h('div', { class: 'row' }, this.start, this.stop, this.bar),
        this.status,
      ),
      this.alert,
      this.results,
      this.otherBox(),
    );
    this.show();
    // Another section, or the other language, ends a measurement.
    this.status.textContent = stoppedAt() ?? '';
  }

  close(): void {
    this.end();
  }

  /** And with the worker its threads. */
  private end() {
    this.worker?.terminate();
  }

  private run() {
    this.end();
    state.mine = undefined;
    state.reason = undefined;
    this.alert.textContent = '';
    this.status.textContent = t('measurePreparing');
    this.bar.removeAttribute('value');
    this.bar.hidden = false;
    this.start.disabled = true;
    this.stop.disabled = false;
    this.stop.focus();
    this.show();
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.worker.addEventListener('message', ({ data }: MessageEvent<News>) => this.take(data));
    this.worker.addEventListener('error', ({ message }) => this.fail(message));
    const { loss, type, elements } = state;
    this.worker.postMessage({ loss, type, elements });
  }

  private abandon() {
    this.end();
    this.idle();
    this.status.textContent = stoppedAt() ?? t('stopped');
  }

  private idle() {
    const hadFocus = document.activeElement === this.stop;
    this.status.ariaLive = 'polite';
    this.bar.hidden = true;
    this.start.disabled = false;
    this.stop.disabled = true;
    if (hadFocus) this.start.focus();
  }

  private fail(message: string) {
    this.idle();
    this.status.textContent = '';
    this.alert.textContent = message;
  }

  private take(news: News) {
    if (news.type === 'ready') this.begin(news);
    else if (news.type === 'round') this.add(news.round, news.nanoseconds);
    else if (news.type === 'failed') this.fail(news.message);
    else {
      this.finish(news.crew);
    }
  }

  private finish(crew: Crew) {
    this.end();
    const { mine } = state;
    if (mine !== undefined) state.mine = { ...mine, machine: { ...mine.machine, ...crew } };
    this.idle();
    this.status.textContent = t('measureDone', ROUNDS);
    this.show();
  }

  private begin({ machine, contenders, exact, reason }: Extract<News, { type: 'ready' }>) {
    const { loss, type, elements } = state;
    state.reason = reason;
    // Rounds are too many to be read out.
    this.status.ariaLive = 'off';
    state.mine = {
      format: FORMAT,
      version: 1,
      lossmeter: version,
      date: new Date().toISOString(),
      loss,
      type,
      elements: elementsOf({ loss, type, elements }),
      machine,
      exact,
      paths: contenders.map((contender) => ({ ...contender, nanoseconds: [] })),
    };
  }

  private add(round: number, nanoseconds: readonly number[]) {
    if (state.mine === undefined) return;
    const paths = state.mine.paths.map((path, k) => ({
      ...path,
      nanoseconds: [...path.nanoseconds, nanoseconds[k] ?? Number.NaN],
    }));
    state.mine = { ...state.mine, paths };
    this.bar.value = round;
    this.status.textContent = t('measureRound', round, ROUNDS);
    this.show();
  }

  private show() {
    const { mine, other } = state;
    const shown = mine?.paths[0]?.nanoseconds.length ? mine : undefined;
    if (shown === undefined && other === undefined) {
      this.results.replaceChildren();
      return;
    }
    this.results.replaceChildren(
      h(
        'section',
        { class: 'card' },
        h('h3', {}, t('timePerElement')),
        ...[shown, other].flatMap((report, k) =>
          report === undefined
            ? []
            : [h('p', {}, t('saidOf', t(k === 0 ? 'yours' : 'theirs')), summary(report))],
        ),
        state.reason === undefined
          ? undefined
          : h('p', {}, t('backendJsFallback'), ' ', h('code', { lang: 'en' }, state.reason)),
        chart(shown, other),
        h('p', { class: 'hint' }, t('chartHint')),
        hasThreads(shown) || hasThreads(other)
          ? h('p', { class: 'hint' }, t('threadsHint', count(100_000)))
          : undefined,
      ),
      h(
        'div',
        { class: 'halves' },
        shown === undefined ? undefined : answers(shown, t('answers'), 'mine'),
        other === undefined ? undefined : answers(other, t('answersTheirs'), 'other', shown),
        shown === undefined ? undefined : this.machineCard(shown, t('yours')),
        other === undefined ? undefined : this.machineCard(other, t('theirs')),
      ),
      shown === undefined ? '' : this.jsonCard(shown),
    );
  }

  private machineCard({ machine, lossmeter, date }: Report, title: string): HTMLElement {
    const { browser, system, processors, gigabytes, isolated, wasm, clock, threads } = machine;
    const facts: [string, string][] = [
      [t('machineBrowser'), browser],
      [t('machineSystem'), system],
      [t('machineProcessors'), String(processors)],
      [t('machineMemory'), gigabytes === undefined ? '' : t('machineGigabytes', gigabytes)],
      [t('machineClock'), t('microseconds', format(clock, 3))],
      [t('machineIsolated'), t(isolated ? 'yes' : 'no')],
      ['WebAssembly', t(wasm ? 'yes' : 'no')],
      [t('machineThreads'), threads === undefined ? '' : String(threads)],
      [t('library'), lossmeter],
      [t('machineDate'), date.slice(0, 16).replace('T', ' ')],
    ];
    return h(
      'section',
      { class: 'card' },
      h('h3', {}, title),
      h(
        'dl',
        { class: 'facts' },
        ...facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      ),
    );
  }

  private jsonCard(report: Report): HTMLElement {
    const id = newId();
    const text = h('textarea', { id, rows: 8, readonly: true, spellcheck: 'false' });
    text.value = JSON.stringify(report, undefined, 1);
    const details = h(
      'details',
      {},
      h('summary', {}, t('jsonShow')),
      h('label', { for: id, class: 'hint' }, t('jsonLabel')),
      text,
    );
    const said = h('span', { role: 'status', class: 'status' });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        said.textContent = t('copied');
      } catch {
        // Not allowed: it is there to be copied by hand.
        details.open = true;
        text.focus();
        text.select();
        said.textContent = t('copyByHand');
      }
    };
    return h(
      'section',
      { class: 'card', 'aria-label': 'JSON' },
      h(
        'div',
        { class: 'row' },
        h('button', { type: 'button', onclick: () => void copy() }, t('copyJson')),
        said,
      ),
      details,
    );
  }

  private otherBox(): HTMLElement {
    const [file, paste] = [newId(), newId()];
    const input = h('input', { type: 'file', id: file, accept: '.json', class: 'away' });
    const text = h('textarea', { id: paste, rows: 3, spellcheck: 'false' });
    input.addEventListener('change', () => {
      const [chosen] = input.files ?? [];
      void chosen?.text().then((json) => this.load(json));
      input.value = '';
    });
    return h(
      'section',
      { class: 'card', 'aria-label': t('loadOther') },
      h('h3', {}, t('loadOther')),
      h('label', { for: paste, class: 'hint' }, t('loadHint')),
      text,
      h(
        'div',
        { class: 'row' },
        h('button', { type: 'button', onclick: () => this.load(text.value) }, t('loadShow')),
        input,
        h('label', { for: file, class: 'file' }, t('loadFile')),
        h(
          'button',
          {
            type: 'button',
            onclick: () => {
              state.other = undefined;
              text.value = '';
              this.alert.textContent = '';
              this.show();
            },
          },
          t('loadRemove'),
        ),
      ),
    );
  }

  private load(json: string) {
    try {
      state.other = parseReport(json);
      this.alert.textContent = '';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.complain(error.complaint);
    }
    this.show();
  }

  private complain({ key, values }: Complaint) {
    this.alert.textContent = t(key, ...values);
  }
}

/** What there is to say of a measurement that has not come to its end. */
function stoppedAt(): string | undefined {
  const rounds = state.mine?.paths[0]?.nanoseconds.length ?? 0;
  return rounds > 0 && rounds < ROUNDS ? t('measureStopped', rounds, ROUNDS) : undefined;
}

const hasThreads = (report: Report | undefined) =>
  report?.paths.some(({ path }) => path === 'threads');

function elementsField(): HTMLElement {
  const id = newId();
  const { min, max } = ELEMENTS;
  const input = h('input', { type: 'number', id, min, max, step: 1, value: state.elements });
  input.addEventListener('change', () => {
    const n = Math.round(input.valueAsNumber);
    if (Number.isFinite(n)) state.elements = Math.min(max, Math.max(min, n));
    input.value = String(state.elements);
  });
  return h('div', { class: 'menu' }, h('label', { for: id }, t('elements')), input);
}

function summary({ loss, type, elements }: Report): string {
  return t('measureOf', t(NAME_OF_TASK[loss]), count(elements), type);
}

/** The results: whether they have the same bits, and how far they are from the exact value. */
function answers(
  report: Report,
  title: string,
  who: 'mine' | 'other',
  against: Report | undefined = undefined,
): HTMLElement {
  const ours = report.paths.filter(({ path }) => path !== 'loop');
  const isSame = ours.every(({ bits }) => bits === ours[0]?.bits);
  return h(
    'section',
    { class: 'card' },
    h('h3', {}, title),
    h(
      'table',
      { class: 'answers' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, t('path')),
          h('th', { scope: 'col' }, t('mean')),
          h('th', { scope: 'col' }, t('relativeError')),
        ),
      ),
      h(
        'tbody',
        {},
        ...report.paths.map(({ path, mean, bits, relativeError }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, t(NAME_OF_PATH[path])),
            h('td', {}, readout(`${who}.${path}`, mean), h('code', { class: 'bits' }, bits)),
            h('td', {}, format(relativeError, 2)),
          ),
        ),
      ),
    ),
    h('p', { class: isSame ? 'verdict' : 'verdict bad' }, t(isSame ? 'sameBits' : 'otherBits')),
    against === undefined ? undefined : comparison(report, against),
    who === 'other' ? undefined : h('p', { class: 'hint' }, t('exactHint')),
  );
}

/** With all digits: 17 are as good as the bits. */
function readout(name: string, value: number): HTMLElement {
  return h('data', { 'data-name': name, value, class: 'number' }, format(value, 17));
}

/** Two machines must have the same bits if they measured the same. */
function comparison(one: Report, two: Report): HTMLElement {
  const isAlike = one.loss === two.loss && one.type === two.type && one.elements === two.elements;
  const bits = (report: Report) => report.paths.find(({ path }) => path === 'js')?.bits;
  const key = isAlike ? (bits(one) === bits(two) ? 'sameAcross' : 'otherAcross') : 'notAlike';
  return h('p', { class: key === 'otherAcross' ? 'verdict bad' : 'verdict' }, t(key));
}
