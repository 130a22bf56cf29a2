"""speech.py DIR: synthesised speech, clips of 4 s at 16 kHz, for the voice-activity model and the wake words.

Voices, sentences and noises of calibration and test differ. Every clip has silence before and after what is said, and noise under
all of it.
"""
import io
import os
import subprocess
import sys
import wave

import numpy as np

from texts import sentences

DIR = sys.argv[1]
RATE, SAMPLES = 16000, 64000
WAKE_WORDS = ["alexa", "hey jarvis", "hey mycroft", "hey rhasspy", "set a ten minute timer", "set a timer for one hour",
              "what's the weather", "what's the weather like today"]
VOICES = {
    "calibration": [f"{language}+{variant}" for language in ("en-us", "en-gb-scotland") for variant in ("m1", "m3", "f1", "f3")],
    "test": [f"{language}+{variant}" for language in ("en-gb", "en-gb-x-rp", "en-029") for variant in ("m2", "m4", "m7", "f2", "f4")],
}
CLIPS = {"calibration": 64, "test": 128}


def speak(text, voice, random):
    """Speech from espeak-ng, brought to 16 kHz by cutting its spectrum."""
    options = ["-v", voice, "-s", str(random.integers(120, 200)), "-p", str(random.integers(30, 70)), "--stdout"]
    sound = subprocess.run(["espeak-ng", *options, text], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(sound)) as file:  # its header gives a length that is not true: read to the end
        rate, data = file.getframerate(), np.frombuffer(sound[44:], dtype=np.int16) / 32768.0
    count = int(len(data) * RATE / rate)
    return np.fft.irfft(np.fft.rfft(data)[:count // 2 + 1], count) * count / len(data)


def noise(random):
    """Noise whose power falls as 1/f^a, a between 0 (white) and 2 (brown), with a mains hum now and then."""
    spectrum = np.fft.rfft(random.normal(size=SAMPLES))
    frequency = np.fft.rfftfreq(SAMPLES, 1 / RATE)
    spectrum *= np.maximum(frequency, 20) ** (-random.uniform(0, 2) / 2)
    sound = np.fft.irfft(spectrum, SAMPLES)
    sound /= np.sqrt(np.mean(sound ** 2))
    if random.random() < 0.3:
        sound += np.sin(2 * np.pi * random.choice([50, 60]) * np.arange(SAMPLES) / RATE)
    return sound


def clip(text, voice, random):
    """4 s: silence, speech, silence, and noise that is 5 to 40 dB under the speech."""
    speech = speak(text, voice, random) if text else np.zeros(0)
    speech = speech[:SAMPLES - RATE // 2]
    level = 10 ** (-random.uniform(14, 30) / 20)  # of the speech, to full scale
    sound = np.zeros(SAMPLES)
    if len(speech):
        start = random.integers(0, SAMPLES - len(speech))
        sound[start:start + len(speech)] = speech * level / np.sqrt(np.mean(speech ** 2))
    return (sound + noise(random) * level * 10 ** (-random.uniform(5, 40) / 20)).clip(-1, 1).astype(np.float32)


def main():
    os.makedirs(os.path.join(DIR, "data", "speech"), exist_ok=True)
    for name, seed in [("calibration", 1), ("test", 2)]:
        random = np.random.default_rng(seed)
        spoken = sentences(DIR, name, CLIPS[name], random)
        # of eight clips four are wake words, three sentences, and one is noise alone
        texts = [WAKE_WORDS[(i // 2) % len(WAKE_WORDS)] if i % 2 == 0 else "" if i % 8 == 7 else spoken[i] for i in range(CLIPS[name])]
        voices = [VOICES[name][random.integers(len(VOICES[name]))] for _ in texts]
        clips = np.stack([clip(text, voice, random) for text, voice in zip(texts, voices)])
        np.save(os.path.join(DIR, "data", "speech", name + ".npy"), clips)
        open(os.path.join(DIR, "data", "speech", name + ".txt"), "w", encoding="utf-8").write("\n".join(texts) + "\n")
        print(f"speech, {name}: {len(clips)} clips of 4 s by {len(set(voices))} voices")


if __name__ == "__main__":
    main()
