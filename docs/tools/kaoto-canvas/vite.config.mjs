import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  define: { global: 'window', 'process.env': {} },
  // Kaoto's stylesheets name those of packages as webpack does.
  resolve: { alias: [{ find: /^~/, replacement: '' }] },
  build: { target: 'esnext', minify: false, chunkSizeWarningLimit: 10_000 },
});
