/**
 * Posts to the server that the page is from, for this visit.
 *
 * @param {{ scope: string, report: object } | { error: string }} body
 */
export async function post(body) {
  const visit = new URL('../../report', import.meta.url);
  await fetch(visit, { method: 'POST', body: JSON.stringify(body) });
}
