using GspMl.Fuzz.Running;
using GspMl.Fuzz.Targets;

namespace GspMl.Fuzz;

/// <summary>The same entry points for AFL, which finds inputs by the branches that they reach.</summary>
internal static class SharpTarget
{
    public static void Run(Target target)
    {
        var folder = Scratch.Make();
        SharpFuzz.Fuzzer.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            target.Run(bytes.ToArray(), new Random(0), folder);
        });
    }
}
