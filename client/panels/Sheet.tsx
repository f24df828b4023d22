import x from 'lucide/dist/esm/icons/x.mjs'
import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { Icon } from '../ui/Icon.tsx'
import './sheet.css'

/** A dialog over the board: focus stays in it, Escape and the world outside close it. */
export function Sheet({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  return (
    <ModalOverlay className="veil" isOpen isDismissable onOpenChange={open => !open && close()}>
      <Modal className="sheet">
        <Dialog className="sheet-body">
          <header className="row">
            <Heading slot="title" className="grow">
              {title}
            </Heading>
            <button type="button" className="button" data-quiet data-small aria-label="Close" onClick={close}>
              <Icon of={x} size={18} />
            </button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
