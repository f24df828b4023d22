import { defineConfig } from 'vitest/config'

/** What is waited for comes, or a test fails by its own patience: a second is no measure on a busy machine. */
const expects = { poll: { timeout: 45_000 } } as const

/** One run, three kinds of test: plain functions, a real server process, and people in real browsers. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', expect: expects, include: ['tests/*.test.ts', 'tests/regressions/*.test.ts'], maxWorkers: 3, testTimeout: 60_000, sequence: { groupOrder: 1 } } },
      // Much of what servers are asked here is to wait: three files at once, though one core is all Vitest would take of two.
      { test: { name: 'server', expect: expects, include: ['tests/server/*.test.ts'], maxWorkers: 3, testTimeout: 60_000, hookTimeout: 60_000, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'browser',
          expect: expects,
          include: ['tests/browser/*.test.ts'],
          globalSetup: 'tests/support/chromium.ts',
          // One file of browsers leaves a third of two cores idle; more than two at once, and things time out for want of a processor.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
