#!/usr/bin/env node
import './compile-cache.mjs'

/* `npx manyfutures …` from a checkout, or `npm run --silent cli -- …`. What Node makes of our TypeScript is kept from here on, so the rest comes after. */

await import('./cli/main.ts')
