/** Sizes of paper in millimetres, upright. */
export const papers = { A4: [210, 297], A3: [297, 420], Letter: [215.9, 279.4] } as const
export type Paper = keyof typeof papers
