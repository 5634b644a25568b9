// The lifter's limbs and the line of the back, over a picture.
const PARTS = 10000;
const LIMBS = [[7, 11], [11, 13], [13, 15], [11, 23], [23, 25], [25, 27], [27, 29], [29, 31], [27, 31]];
const JOINTS = [11, 13, 15, 23, 25, 27];
const COLOURS = { good: "#6fd19b", watch: "#f2c14e", fault: "#ff6a4d" };

/** Where a picture lies in a box that shows all of it. */
export function placed(width, height, box) {
  const scale = Math.min(box.width / width, box.height / height);
  return { left: (box.width - width * scale) / 2, top: (box.height - height * scale) / 2,
    width: width * scale, height: height * scale };
}

/** Make a canvas as fine as the screen; gives its context in CSS pixels. */
export function cleared(canvas) {
  const box = canvas.getBoundingClientRect(), fine = window.devicePixelRatio || 1;
  const width = Math.round(box.width * fine), height = Math.round(box.height * fine);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  pen.clearRect(0, 0, box.width, box.height);
  return [pen, box];
}

function along(pen, points, colour, width) {
  pen.beginPath();
  let begun = false;
  for (const point of points) {
    if (!point) begun = false;
    else if (begun) pen.lineTo(...point);
    else { pen.moveTo(...point); begun = true; }
  }
  for (const [shade, wide] of [["rgb(20 24 30 / .8)", width + 2], [colour, width]]) {
    pen.strokeStyle = shade;
    pen.lineWidth = wide;
    pen.stroke();
  }
}

/** Draw what was seen in a picture that lies at ``place``. */
export function draw(pen, seen, place) {
  if (!seen) return;
  const at = (point) => point && [place.left + (point[0] / PARTS) * place.width, place.top + (point[1] / PARTS) * place.height];
  const width = Math.max(2, Math.max(place.width, place.height) / 190);
  pen.lineCap = pen.lineJoin = "round";
  for (const side of [1 - seen.near, seen.near]) {
    const near = side === seen.near;
    for (const [from, to] of LIMBS) {
      const ends = [at(seen.points[from + side]), at(seen.points[to + side])];
      if (ends[0] && ends[1]) along(pen, ends, near ? "#78d6ff" : "rgb(120 214 255 / .45)", near ? width : width / 2);
    }
  }
  if (seen.back.length) along(pen, seen.back.map(at), COLOURS[seen.back_verdict] ?? "#fff", width * 1.6);
  pen.fillStyle = "#fff";
  for (const joint of JOINTS) {
    const point = at(seen.points[joint + seen.near]);
    if (!point) continue;
    pen.beginPath();
    pen.arc(...point, width * 1.2, 0, 7);
    pen.fill();
  }
}
