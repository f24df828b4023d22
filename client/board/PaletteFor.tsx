import { useState } from 'react'
import { type Editor, useValue } from 'tldraw'
import { Palette } from '../panels/Palette.tsx'
import { focusMap } from '../canvas/focus.ts'
import type { Put } from '../canvas/put-tool.ts'
import type { OpenBoard } from './open.ts'

/** The palette, with its buttons connected to the canvas. */
export function PaletteFor({ editor, board: { commands } }: { editor: Editor; board: OpenBoard }) {
  const [last, setLast] = useState<string>()
  const tool = useValue('tool', () => editor.getCurrentToolId(), [editor])
  const take = (name: string, put: Put) => {
    setLast(name)
    editor.setCurrentTool('put', { put })
    focusMap(editor)
  }
  return (
    <Palette
      tool={tool}
      putting={tool === 'put' ? last : undefined}
      takeTool={name => {
        editor.setCurrentTool(name)
        focusMap(editor)
      }}
      addPictures={files => {
        void editor.putExternalContent({ type: 'files', files })
        focusMap(editor)
      }}
      putCard={kind => take(kind, at => void commands.addCard(kind, at))}
      putStructure={structure => take(structure, at => void commands.addStructure(structure, at))}
    />
  )
}
