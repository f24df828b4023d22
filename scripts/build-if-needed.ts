import { isBuilt } from './sources.ts'

/* Runs before `npm start`: a fresh clone and a pulled one get their client, and nobody waits for it twice. */

if (!isBuilt()) {
  process.stdout.write('Building the client, once …\n')
  // Not at the top: an installation without the tools still starts what was built elsewhere.
  const { build } = await import('vite')
  await build({ logLevel: 'warn' })
}
