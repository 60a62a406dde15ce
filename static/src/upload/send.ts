/** Sends one group of files; XMLHttpRequest because fetch does not tell how much has been sent. */

export interface Refusal {
  readonly name: string;
  readonly reason: string;
}

export interface Outcome {
  readonly stored: number;
  readonly refused: readonly Refusal[];
}

/** The place of a file in the folder that was chosen, or its name. */
export function pathOf(file: File): string {
  return file.webkitRelativePath || file.name;
}

/**
 * Posts `files` with the other fields of `form`; `onSent` hears how many bytes of the request have left.
 *
 * Rejects with an Error whose message is a sentence when the server could not be reached or refused the request.
 */
export function send(form: HTMLFormElement, files: readonly File[], onSent: (bytes: number) => void): Promise<Outcome> {
  const data = new FormData(form);
  data.delete("files");
  for (const file of files) {
    data.append("files", file);
    data.append("path", pathOf(file));
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onerror = () => reject(new Error(gettext("The server could not be reached.")));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 200 && answer) resolve({ stored: answer.stored.length, refused: answer.refused });
      else reject(new Error(gettext("The server refused these files. Reload the page and try again.")));
    };
    request.send(data);
  });
}

function parsed(text: string): { stored: string[]; refused: Refusal[] } | null {
  try {
    const answer = JSON.parse(text) as { stored?: string[]; refused?: Refusal[] };
    return Array.isArray(answer.stored) && Array.isArray(answer.refused)
      ? { stored: answer.stored, refused: answer.refused }
      : null;
  } catch {
    return null;
  }
}
