/** Paths as bars of time, this machine's and, under each, somebody else's. */
import { h, styled } from '../dom';
import { type Key, t } from '../language';
import { format } from '../numbers';
import { obstacleTo } from '../threads';
import type { Machine } from './machine';
import { type Measured, median, PATHS, type Path, quantile, type Report } from './report';

export const NAME_OF_PATH: Readonly<Record<Path, Key>> = {
  loop: 'pathLoop',
  js: 'pathJs',
  wasm: 'pathWasm',
  arena: 'pathArena',
  threads: 'pathThreads',
};

const whole = (part: number) => `${(100 * part).toFixed(2)}%`;

export function chart(mine: Report | undefined, other: Report | undefined): HTMLElement {
  const all = [mine, other].flatMap((report) => report?.paths ?? []);
  const longest = Math.max(...all.map(({ nanoseconds }) => quantile(nanoseconds, 0.75)));
  const rows = PATHS.flatMap((path) => {
    const bars = [mine, other].flatMap((report, who) => {
      const measured = report?.paths.find((one) => one.path === path);
      if (report === undefined) return [];
      const whose = other === undefined ? undefined : who;
      return [
        measured === undefined ? undefined : bar(measured, report, longest, whose),
        path === 'threads' ? whyFewer(report.machine, whose) : undefined,
      ].filter((part) => part !== undefined);
    });
    if (bars.length === 0) return [];
    return [h('li', { 'data-path': path }, h('h4', {}, t(NAME_OF_PATH[path])), ...bars)];
  });
  return h('ul', { class: 'bars' }, ...rows);
}

/** Why there are no threads, or fewer than processors; nothing where nothing is said of them. */
function whyFewer(machine: Machine, who: number | undefined): HTMLElement | undefined {
  const { threadsReason } = machine;
  if (threadsReason === undefined) return undefined;
  return h(
    'p',
    { class: 'why' },
    owner(who),
    t(obstacleTo(machine)),
    // Why there is no WebAssembly has been said already.
    ...(machine.wasm ? [' ', h('code', { lang: 'en' }, threadsReason)] : []),
  );
}

const owner = (who: number | undefined) =>
  who === undefined ? '' : t('saidOf', t(who === 0 ? 'yours' : 'theirs'));

/** The median, with the middle half of the rounds as a whisker; whose it is, if there are two. */
function bar(
  { path, nanoseconds }: Measured,
  report: Report,
  longest: number,
  who: number | undefined,
): HTMLElement {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(nanoseconds, part));
  if (low === undefined || middle === undefined || high === undefined) throw new Error('no times');
  const loop = report.paths.find((one) => one.path === 'loop');
  const ratio = loop === undefined ? Number.NaN : median(loop.nanoseconds) / middle;
  const { threads = 1 } = report.machine;
  const whisker = h('div', { class: 'whisker' });
  styled(styled(whisker, 'left', whole(low / longest)), 'width', whole((high - low) / longest));
  const text = t('nanoseconds', format(middle, 3));
  return h(
    'div',
    { class: who === 1 ? 'timing other' : 'timing mine' },
    h(
      'div',
      { class: 'track' },
      styled(h('div', { class: 'fill' }), 'width', whole(middle / longest)),
      whisker,
    ),
    h(
      'p',
      {},
      owner(who),
      h('strong', { 'data-median': String(middle) }, text),
      path === 'loop' || Number.isNaN(ratio) ? '' : ` ${t('timesLoop', format(ratio, 3))}`,
      path === 'threads' && threads > 1 ? ` ${t('threadsCount', threads)}` : '',
    ),
  );
}
