import { config } from 'zod'

/* Zod writes functions of its own where it may. Here it may not, and asking would be a complaint of the page: imported before any schema. */
config({ jitless: true })
