import type { Colour } from '../../shared/cards/card.ts'

/** A colour of the tables as CSS that follows the theme. */
export const themed = ([light, dark]: Colour): string => `light-dark(${light}, ${dark})`
