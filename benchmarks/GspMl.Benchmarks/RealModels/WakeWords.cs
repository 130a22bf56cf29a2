using Microsoft.ML.OnnxRuntime;

namespace GspMl.Benchmarks.RealModels;

/// <summary>The wake-word models and what they see: windows of embeddings, of which each sees a window of a mel spectrogram.</summary>
internal static class WakeWords
{
    public const int Embedding = 96;
    private const int MelWindow = 76;
    private const int MelStep = 8;
    private const int MelBands = 32;

    public static readonly string[] Names = ["alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy", "timer", "weather"];

    /// <summary>The number of embeddings that a word's model sees.</summary>
    public static int Length(RealFolder folder, string word)
    {
        using var session = new InferenceSession(folder.Model($"wake-{word}.onnx"));
        return session.InputMetadata.Values.Single().Dimensions[1];
    }

    /// <summary>Whether a text says the word.</summary>
    public static bool IsSaid(string word, string text) => text.Contains(word.Replace('_', ' '), StringComparison.Ordinal);

    /// <summary>Every window of so many embeddings of a clip, one after the other in a row.</summary>
    public static IEnumerable<float[]> Sequences(float[][] clip, int length)
        => Enumerable.Range(0, clip.Length - length + 1)
            .Select(start => clip[start..(start + length)].SelectMany(values => values).ToArray());

    /// <summary>A clip's mel windows, each 76 × 32, 80 ms apart.</summary>
    public static List<float[]> MelWindows(Runner mel, ReadOnlySpan<float> clip)
    {
        // The models were trained on samples as 16-bit numbers, and on the spectrogram halved twice and lifted.
        var samples = new float[clip.Length];
        for (var i = 0; i < samples.Length; i++) samples[i] = clip[i] * short.MaxValue;
        var bands = mel.Run([new("input", samples, [1, samples.Length])])[0].Values;
        for (var i = 0; i < bands.Length; i++) bands[i] = (bands[i] / 10) + 2;
        var frames = bands.Length / MelBands;
        return [.. Enumerable.Range(0, ((frames - MelWindow) / MelStep) + 1)
            .Select(window => bands.AsSpan(window * MelStep * MelBands, MelWindow * MelBands).ToArray())];
    }

    /// <summary>The embeddings of mel windows, 96 values each.</summary>
    public static float[][] Embeddings(Runner embedding, List<float[]> windows)
    {
        float[] values = [.. windows.SelectMany(window => window)];
        var features = embedding.Run([new("input_1", values, [windows.Count, MelWindow, MelBands, 1])])[0].Values;
        return [.. features.Chunk(Embedding)];
    }
}
