import { defineConfig } from 'vite';

/** What an isolated page needs, where shared memory and finer timers are allowed. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The page's own policy. Vite's development server adds inline styles, so there it has none. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig({
  // Relative addresses: it can be served from any path.
  base: './',
  plugins: [
    {
      name: 'policy',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
  ],
  server: { headers, fs: { allow: ['../..'] } },
  preview: { headers },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // An inlined file is a data: address, which the policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
