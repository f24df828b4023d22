import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { bundledList, licencesFile, licenceTexts, placeOf } from './scripts/parts.ts'
import { builtFrom, fingerprintOfSources } from './scripts/sources.ts'

/** Compressed copies beside the files, made once: a small server should not compress the same two megabytes for everybody. */
const compressed: Plugin = {
  name: 'compressed-copies',
  apply: 'build',
  // After everything is written: Vite itself still edits chunks while the bundle is being put together.
  writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(js|css|svg|json)$/.test(fileName)) continue
      const path = join(dir, fileName)
      const source = readFileSync(path)
      if (source.length < 1_400) continue
      writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }))
      writeFileSync(`${path}.br`, brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    }
  },
}

/** Notes which packages are in the page's files, and puts their licences beside them. */
const parts: Plugin = {
  name: 'parts-of-others',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    const modules = Object.values(bundle).flatMap(file => (file.type === 'chunk' ? file.moduleIds : file.originalFileNames))
    const places = [...new Set(modules.flatMap(module => placeOf(module) ?? []))].sort()
    mkdirSync(dirname(bundledList), { recursive: true })
    writeFileSync(bundledList, `${JSON.stringify(places, null, 2)}\n`)
    writeFileSync(join(dir, licencesFile), licenceTexts(places))
  },
}

/** Notes what the build was made from, last: a build that broke half-way is no build. */
const noted: Plugin = { name: 'built-from', apply: 'build', writeBundle: { order: 'post', handler: () => writeFileSync(builtFrom, fingerprintOfSources()) } }

export default defineConfig({
  root: 'client',
  plugins: [react(), compressed, parts, noted],
  resolve: { dedupe: ['yjs', 'react', 'react-dom'] },
  worker: { format: 'es' },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // Inlined files would be data: addresses, which the content security policy forbids for scripts and connections.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_600,
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4400', '/config.json': 'http://127.0.0.1:4400', '/schema': 'http://127.0.0.1:4400', '/sync': { target: 'ws://127.0.0.1:4400', ws: true } } },
})
