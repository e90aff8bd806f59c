/** Text for HTML and SVG, in element content and in quoted attributes. */
export function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** `8.1 s`, `2 min 05 s`, `4 h`; a dash when it was never measured. */
export function span(seconds: number | null): string {
  if (seconds === null) return '—';
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1)).toString()} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60)
    return rest === 0 ? `${String(minutes)} min` : `${String(minutes)} min ${String(rest).padStart(2, '0')} s`;
  const hours = seconds / 3_600;
  return Number.isInteger(hours) ? `${String(hours)} h` : `${hours.toFixed(1)} h`;
}

/** A table; every cell is escaped here. Columns that start with `#` are numbers. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const name = (column: string): string => column.replace(/^#/, '');
  const kind = (index: number): string => (columns[index]?.startsWith('#') === true ? ' class="n"' : '');
  const head = columns.map((column, index) => `<th${kind(index)} scope="col">${escape(name(column))}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${escape(cell)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}
