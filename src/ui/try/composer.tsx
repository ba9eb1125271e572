import { useRef } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { chat, clear, send, stop } from './chat.ts'
import { readImages } from './images.ts'

export function Composer() {
  const file = useRef<HTMLInputElement>(null)
  const running = chat.running.value > 0
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {chat.images.value.length > 0 && (
        <ul class="attached">
          {chat.images.value.map((image, index) => (
            <li key={index}>
              <img src={image} alt={`Attached, ${index + 1}`} />
              <button
                type="button"
                aria-label={`Take image ${index + 1} away`}
                onClick={() => (chat.images.value = chat.images.value.filter((_, at) => at !== index))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        aria-label="Message"
        placeholder="Ask something…"
        rows={2}
        value={chat.draft.value}
        onInput={(event) => (chat.draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          void send()
        }}
      />
      <div class="composer-foot">
        <input
          ref={file}
          class="hidden"
          type="file"
          accept="image/*"
          multiple
          aria-label="Images"
          tabIndex={-1}
          onChange={async ({ currentTarget }) => {
            chat.images.value = [...chat.images.value, ...(await readImages(currentTarget.files ?? []))]
            currentTarget.value = ''
          }}
        />
        <button type="button" class="button small quiet" onClick={() => file.current?.click()}>
          <Icon name="image" />
          Image
        </button>
        <button type="button" class="button small quiet" onClick={clear}>
          New conversation
        </button>
        <span class="grow" />
        {running ? (
          <button type="button" class="button small" onClick={stop}>
            <Icon name="stop" />
            Stop
          </button>
        ) : (
          <button type="submit" class="button small primary" disabled={chat.draft.value.trim() === ''}>
            <Icon name="send" />
            Send
          </button>
        )}
      </div>
    </form>
  )
}
