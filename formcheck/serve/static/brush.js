// Strokes on a picture: lines with a dark rim, dots, and a coach's drawings.

export const rgb = (colour, share = 1) => `rgb(${colour.map((part) => Math.floor(part * share)).join(" ")})`;

export function dot(brush, [x, y], radius, shade) {
  brush.fillStyle = shade;
  brush.beginPath(); brush.arc(x, y, radius, 0, 2 * Math.PI); brush.fill();
}

/** A line with a dark rim, in the stretches that are seen. */
export function rimmed(brush, way, shade, rim, rimWidth, width) {
  brush.lineJoin = brush.lineCap = "round";
  for (const [colour, wide] of [[rim, rimWidth], [shade, width]]) {
    brush.strokeStyle = colour;
    brush.lineWidth = wide;
    brush.beginPath();
    let before = null;
    for (const point of way) {
      if (point) { if (before) brush.lineTo(...point); else brush.moveTo(...point); }
      before = point;
    }
    brush.stroke();
  }
}

/** Degrees between the arms of an angle, in a picture of this form. */
function degrees(shape, width, height) {
  const [a, b, c] = shape.map(([x, y]) => [x * width, y * height]);
  const turn = Math.atan2(a[1] - b[1], a[0] - b[0]) - Math.atan2(c[1] - b[1], c[0] - b[0]);
  const whole = Math.abs(turn * 180 / Math.PI) % 360;
  return Math.round(whole > 180 ? 360 - whole : whole);
}

const MARK = "#ffe45c", DARK = "#14181e";

export function drawMark(brush, mark, width, height, dense) {
  const points = mark.shape.map(([x, y]) => [x * width, y * height]);
  const line = Math.max(3, Math.max(width, height) / 200);
  if (points.length > 1) rimmed(brush, points, MARK, DARK, line * 2, line);
  if (mark.kind === "arrow" && points.length === 2) head(brush, points, line);
  if (mark.kind === "angle" && points.length === 3) {
    words(brush, `${degrees(mark.shape, width, height)}°`, points[1], dense, width);
  }
  if (mark.text) words(brush, mark.text, points[0] ?? [0, 0], dense, width);
}

function head(brush, [from, to], line) {
  const turn = Math.atan2(to[1] - from[1], to[0] - from[0]), size = line * 5;
  brush.fillStyle = MARK; brush.strokeStyle = DARK; brush.lineWidth = line / 2;
  brush.beginPath();
  brush.moveTo(to[0] + Math.cos(turn) * size / 2, to[1] + Math.sin(turn) * size / 2);
  for (const away of [2.5, -2.5]) brush.lineTo(to[0] + Math.cos(turn + away) * size, to[1] + Math.sin(turn + away) * size);
  brush.closePath(); brush.fill(); brush.stroke();
}

function words(brush, text, [x, y], dense, width) {
  const size = 15 * dense, room = width * 0.9;
  brush.font = `600 ${size}px system-ui, sans-serif`;
  brush.textBaseline = "top";
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && brush.measureText(longer).width < room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const wide = Math.max(...lines.map((one) => brush.measureText(one).width));
  const left = Math.max(4, Math.min(x + 6 * dense, width - wide - 12 * dense));
  brush.fillStyle = "rgb(20 24 30 / .82)";
  brush.fillRect(left - 6 * dense, y - 4 * dense, wide + 12 * dense, lines.length * size * 1.25 + 8 * dense);
  brush.fillStyle = MARK;
  lines.forEach((one, at) => brush.fillText(one, left, y + at * size * 1.25));
}
