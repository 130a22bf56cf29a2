namespace GspMl.Benchmarks.RealModels;

/// <summary>The voice-activity model over clips: 512 samples at a time, the 64 before them, and a state that goes on.</summary>
internal static class VoiceActivity
{
    public const int Frame = 512;
    public const int Context = 64;
    public const int Window = Context + Frame;
    public const int State = 128;
    public const long Rate = 16000;

    /// <summary>All clips side by side, frame after frame; tells each frame's inputs and state before it, and gets its outputs.</summary>
    public static void Run(Runner model, Rows clips, Action<int, float[], float[], float[]> frame)
    {
        var state = new float[2 * clips.Count * State];
        for (var t = 0; t < clips.Width / Frame; t++)
        {
            var input = new float[clips.Count * Window];
            for (var clip = 0; clip < clips.Count; clip++)
            {
                var first = (t * Frame) - Context;
                var skip = Math.Max(0, -first); // before the first frame there is silence
                clips[clip].Slice(first + skip, Window - skip).CopyTo(input.AsSpan((clip * Window) + skip));
            }
            var outputs = model.Run(
                [new("input", input, clips.Count, Window), new("state", state, 2, clips.Count, State), new("sr", new[] { Rate }, [])],
                "output", "stateN");
            frame(t, input, state, outputs[0].Values);
            state = outputs[1].Values;
        }
    }

    /// <summary>The probability of speech, clips × frames.</summary>
    public static Rows Probabilities(Runner model, Rows clips)
    {
        var frames = clips.Width / Frame;
        var probabilities = new float[clips.Count * frames];
        Run(model, clips, (t, _, _, speech) =>
        {
            for (var clip = 0; clip < clips.Count; clip++) probabilities[(clip * frames) + t] = speech[clip];
        });
        return new(probabilities, [clips.Count, frames]);
    }
}
