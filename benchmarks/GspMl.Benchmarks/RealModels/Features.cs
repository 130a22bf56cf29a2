namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models features DIR`: inputs that other models make. Pixels less ResNet's mean image; frames of the voice-activity model
/// with the states that it has before them; windows of embeddings for the wake words. Only dense models run here.
/// </summary>
internal static class Features
{
    private static readonly (string Name, int Frames, int Windows, int Seed)[] Sets = [("calibration", 256, 64, 1), ("test", 512, 512, 2)];

    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        foreach (var (name, frames, windows, seed) in Sets)
        {
            Pixels(folder, name);
            Frames(folder, name, frames, new(seed));
            Wake(folder, name, windows, new(seed));
        }
        folder.Write("vad/sr", new[] { VoiceActivity.Rate });
    }

    private static void Pixels(RealFolder folder, string name)
    {
        using var mean = new Runner(folder.Model("resnet18-preprocess.onnx"));
        var pixels = mean.RunRows("OriginalInput", folder.Read($"resnet18/{name}-pixels"), 1);
        folder.Write($"resnet18/{name}", pixels.Values, pixels.Shape);
    }

    /// <summary>Frames drawn at random from all clips.</summary>
    private static void Frames(RealFolder folder, string name, int count, Random random)
    {
        using var model = new Runner(folder.Model("vad.onnx"));
        var clips = folder.Read($"speech/{name}");
        var wanted = Enumerable.Range(0, clips.Count * (clips.Width / VoiceActivity.Frame)).ToArray();
        random.Shuffle(wanted);
        var chosen = wanted.Take(count).Select((at, row) => (Row: row, Clip: at % clips.Count, Frame: at / clips.Count))
            .ToLookup(at => at.Frame);
        var (inputs, states) = (new float[count * VoiceActivity.Window], new float[2 * count * VoiceActivity.State]);
        VoiceActivity.Run(model, clips, (t, input, state, _) =>
        {
            foreach (var (row, clip, _) in chosen[t])
            {
                Copy(input, clip, inputs, row, VoiceActivity.Window);
                for (var layer = 0; layer < 2; layer++)
                    Copy(state, (layer * clips.Count) + clip, states, (layer * count) + row, VoiceActivity.State);
            }
        });
        folder.Write($"vad/{name}-input", inputs, count, VoiceActivity.Window);
        folder.Write($"vad/{name}-state", states, 2, count, VoiceActivity.State);
    }

    private static void Copy(float[] from, int row, float[] to, int target, int width)
        => from.AsSpan(row * width, width).CopyTo(to.AsSpan(target * width));

    /// <summary>For each word up to half of the windows are from clips that say it: they are the ones to get right.</summary>
    private static void Wake(RealFolder folder, string name, int count, Random random)
    {
        using var mel = new Runner(folder.Model("wake-mel.onnx"));
        using var embedding = new Runner(folder.Model("wake-embedding.onnx"));
        var clips = folder.Read($"speech/{name}");
        var windows = Enumerable.Range(0, clips.Count).Select(clip => WakeWords.MelWindows(mel, clips[clip])).ToList();
        Write(folder, $"wake-embedding/{name}", Sample([.. windows.SelectMany(window => window)], count, random), 76, 32, 1);
        var features = windows.ConvertAll(window => WakeWords.Embeddings(embedding, window));
        var texts = File.ReadAllLines(Path.ChangeExtension(folder.Data($"speech/{name}"), ".txt"));
        foreach (var word in WakeWords.Names)
        {
            var length = WakeWords.Length(folder, word);
            var bySaid = Enumerable.Range(0, clips.Count).ToLookup(clip => WakeWords.IsSaid(word, texts[clip]),
                clip => WakeWords.Sequences(features[clip], length));
            var said = Sample([.. bySaid[true].SelectMany(sequences => sequences)], count / 2, random);
            var other = Sample([.. bySaid[false].SelectMany(sequences => sequences)], count - said.Count, random);
            Write(folder, $"wake-{word}/{name}", Sample([.. said, .. other], count, random), length, WakeWords.Embedding);
        }
    }

    private static List<float[]> Sample(List<float[]> rows, int count, Random random)
    {
        var chosen = rows.ToArray();
        random.Shuffle(chosen);
        return [.. chosen.Take(count)];
    }

    private static void Write(RealFolder folder, string name, List<float[]> rows, params int[] shape)
        => folder.Write(name, rows.SelectMany(row => row).ToArray(), [rows.Count, .. shape]);
}
