import { boardAddress } from '../address.ts'

const utc = (iso: string): string => `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`

/** How to name this board in a text, with where and when it was read. */
export function Citation({ id, board, title, read }: { id: string; board: string; title: string; read: string | undefined }) {
  return (
    <section id={id} data-is="cite">
      <h2 className="display">To cite this board</h2>
      <p className="citation">
        <cite dir="auto">{title}</cite>. Manyfutures board {board}{read && `, read ${utc(read)}`}. {location.origin}
        {boardAddress(board)}
      </p>
      <p className="small quiet">
        A board goes on changing. The record to keep beside a citation is its board file (Menu, Export on the board), which says when it was written. Only people with a link to the board can open the address.
      </p>
    </section>
  )
}
