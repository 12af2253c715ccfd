"""How close the landmarks are to the oracle (mediapipe 0.10.21), folder by folder, and how fast.

    python benchmarks/landmarks.py --oracle ORACLE_PYTHON FOLDER... [--json FILE]

ORACLE_PYTHON is a Python that has mediapipe==0.10.21 installed; it is given the very same pixels
and the very same model files. Errors are in percent of the eye distance: for each face the mean
over all 478 landmarks, then over the faces of a folder the median, 95th percentile and maximum.
The last column is the floor: how far the oracle is from itself when the picture gets a border of
3 % on every side. (We fit the mesh twice, which halves that; the oracle does so in videos only.)
Head pose is compared on a wide crop centred on the face, because the oracle's angles are those to
the optical axis of a camera with a 63° field of view, ours those to the line of sight, and only
there are the two the same. Photos are reduced to 2,000 px; one thread each.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
MAX_SIDE = 2000
SHIFT = 0.03  # of the longer side: the border that moves the oracle's picture


def oracle(task: str, folder: str) -> None:
    """Run in the oracle's Python: landmarks of every .npy picture of `folder` into an .npz."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    still = vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=task),
            num_faces=4,
            min_face_detection_confidence=0.3,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )
    for file in sorted(Path(folder).glob("*.npy")):
        pixels = np.load(file)
        height, width = pixels.shape[:2]
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
        result = again = still.detect(image)
        if "+crop" not in file.name:
            edge = round(SHIFT * max(height, width))
            moved = np.pad(pixels, ((edge, edge), (edge, edge), (0, 0)), mode="edge")
            again = still.detect(mediapipe.Image(mediapipe.ImageFormat.SRGB, moved))

        def points(found: Any, edge: int, width: int = width, height: int = height) -> np.ndarray:
            w, h = width + 2 * edge, height + 2 * edge
            listed = [
                [(p.x * w - edge, p.y * h - edge, p.z * w) for p in face]
                for face in found.face_landmarks
            ]
            return np.array(listed, dtype=np.float32).reshape(-1, 478, 3)

        shapes = [[s.score for s in face] for face in result.face_blendshapes]
        np.savez(
            file.with_suffix(".npz"),
            landmarks=points(result, 0),
            again=points(again, 0 if again is result else edge),
            blendshapes=np.array(shapes, dtype=np.float32).reshape(-1, 52),
            matrices=np.array(result.facial_transformation_matrixes).reshape(-1, 4, 4),
        )


def angles(matrix: np.ndarray) -> np.ndarray:
    """Return yaw, pitch, roll in degrees of the oracle's matrix, in `head_pose.Pose`'s signs."""
    rotation = matrix[:3, :3] / np.cbrt(np.linalg.det(matrix[:3, :3]))
    yaw = np.arcsin(np.clip(-rotation[2, 0], -1, 1))
    pitch = np.arctan2(rotation[2, 1], rotation[2, 2])
    return np.degrees([yaw, pitch, np.arctan2(rotation[1, 0], rotation[0, 0])])


def reduced(path: Path) -> np.ndarray | None:
    """Return the photo as (H, W, 3) uint8 RGB with at most MAX_SIDE pixels, None if unreadable."""
    import cv2

    pixels = cv2.imread(str(path))
    if pixels is None:
        return None
    k = MAX_SIDE / max(pixels.shape[:2])
    if k < 1:
        pixels = cv2.resize(pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(pixels[:, :, ::-1])


def wide_crop(pixels: np.ndarray, face: Any) -> np.ndarray:
    """Return a square centred on the face, four times its size, its edge repeated outwards."""
    from catchlight.face_detector import Pyramid, Window

    x0, y0, x1, y1 = face.box
    window = Window((x0 + x1) / 2, (y0 + y1) / 2, 4 * face.size)
    return Pyramid(pixels).sample(window, min(1600, round(window.side)), replicate=True)


def measure(folder: Path, python: str, task: Path) -> dict[str, Any]:
    """Compare all photos of one folder and return the row of the table."""
    from catchlight import faces

    times, errors, itself, shapes, poses = [], [], [], [], []
    counts = {"photos": 0, "faces": 0, "oracle_faces": 0, "only_ours": 0, "only_oracle": 0}
    with tempfile.TemporaryDirectory() as scratch:
        found: dict[str, tuple[faces.Face, ...]] = {}
        for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES):
            pixels = reduced(path)
            if pixels is None:
                continue
            start = time.perf_counter()
            here = faces.find(pixels)
            times.append(time.perf_counter() - start)
            found[path.name] = here
            np.save(Path(scratch) / f"{path.name}.npy", pixels)
            if here:
                np.save(Path(scratch) / f"{path.name}+crop.npy", wide_crop(pixels, here[0]))
        command = [python, __file__, "--as-oracle", str(task), scratch]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        for name, ours in found.items():
            theirs = np.load(Path(scratch) / f"{name}.npz")
            counts["photos"] += 1
            counts["faces"] += len(ours)
            counts["oracle_faces"] += len(theirs["landmarks"])
            left = list(range(len(theirs["landmarks"])))
            for index, face in enumerate(ours):
                offsets = [
                    np.linalg.norm(theirs["landmarks"][i][:, :2] - face.landmarks[:, :2], axis=1)
                    for i in left
                ]
                means = [100 * float(o.mean()) / face.eye_distance for o in offsets]
                if not means or min(means) > 25:
                    counts["only_ours"] += 1
                    continue
                match = left.pop(int(np.argmin(means)))
                errors.append((min(means), name))
                offs = [
                    np.linalg.norm((a - theirs["landmarks"][match])[:, :2], axis=1).mean()
                    for a in theirs["again"]
                ]
                if offs and min(offs) < 0.25 * face.eye_distance:
                    itself.append(100 * float(min(offs)) / face.eye_distance)
                shapes.append(float(np.abs(theirs["blendshapes"][match] - face.blendshapes).max()))
                if index == 0:
                    crop = np.load(Path(scratch) / f"{name}+crop.npz")
                    if len(crop["matrices"]) == 1:
                        pose = (face.yaw, face.pitch, face.roll)
                        poses.append(np.abs(angles(crop["matrices"][0]) - pose))
            counts["only_oracle"] += len(left)
    values = np.array([e for e, _ in errors])
    turn = np.array(poses).reshape(-1, 3)
    return {
        "folder": folder.name,
        **counts,
        "error_median_pct": float(np.median(values)) if len(values) else None,
        "error_p95_pct": float(np.percentile(values, 95)) if len(values) else None,
        "error_max_pct": float(values.max()) if len(values) else None,
        "itself_median_pct": float(np.median(itself)) if itself else None,
        "itself_max_pct": max(itself, default=None),
        "worst": max(errors)[1] if errors else None,
        "blendshape_diff_median": float(np.median(shapes)) if shapes else None,
        "blendshape_diff_max": max(shapes, default=None),
        "pose_diff_median_deg": np.median(turn, axis=0).tolist() if len(turn) else None,
        "pose_diff_max_deg": turn.max(axis=0).tolist() if len(turn) else None,
        "ms_median": 1000 * float(np.median(times)) if times else None,
        "ms_max": 1000 * max(times, default=0.0),
    }


def main() -> None:
    """Measure every folder, print a table, write JSON if asked for."""
    if sys.argv[1:2] == ["--as-oracle"]:
        oracle(sys.argv[2], sys.argv[3])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--oracle", required=True, help="Python with mediapipe==0.10.21")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()

    import cv2

    from catchlight import faces, models

    cv2.setNumThreads(1)
    faces.find(np.zeros((64, 64, 3), np.uint8))  # load the models before the clock runs
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        task = Path(scratch) / "face_landmarker.task"
        with zipfile.ZipFile(task, "w", zipfile.ZIP_STORED) as archive:
            for name in (
                "face_detector.tflite",
                "face_landmarks_detector.tflite",
                "geometry_pipeline_metadata_landmarks.binarypb",
                "face_blendshapes.tflite",
            ):
                archive.write(models.path(name), name)
        print(
            f"{'folder':20} photos faces oracle  error % of eye distance  blendshape     pose °"
            "                  ms a photo\n"
            f"{'':27} (+/-)          median   p95   max  median   max  yaw pitch roll max"
            "    median   max  itself"
        )
        for folder in arguments.folders:
            row = measure(folder, arguments.oracle, task)
            rows.append(row)
            if row["error_median_pct"] is None:
                print(f"{row['folder']:20} {row['photos']:5} {row['faces']:5} no face in common")
                continue
            pose = row["pose_diff_max_deg"] or [float("nan")] * 3
            print(
                f"{row['folder']:20} {row['photos']:5} {row['faces']:5}"
                f" {row['oracle_faces']:3} +{row['only_ours']}/-{row['only_oracle']}"
                f"   {row['error_median_pct']:6.2f} {row['error_p95_pct']:5.2f}"
                f" {row['error_max_pct']:5.2f}  {row['blendshape_diff_median']:5.3f}"
                f" {row['blendshape_diff_max']:5.3f}  {pose[0]:4.1f} {pose[1]:4.1f} {pose[2]:4.1f}"
                f"      {row['ms_median']:6.0f} {row['ms_max']:5.0f}"
                f"  {row['itself_median_pct']:5.2f} {row['itself_max_pct']:5.2f}"
                f"  worst: {row['worst']}"
            )
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
