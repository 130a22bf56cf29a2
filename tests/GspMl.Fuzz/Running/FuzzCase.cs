using GspMl.Fuzz.Targets;

namespace GspMl.Fuzz.Running;

/// <summary>One case: all of it follows from the seed and its number.</summary>
internal sealed class FuzzCase
{
    private readonly Random random;

    public FuzzCase(int seed, long number, Target? target = null)
    {
        random = new Random(Mixed(seed, number));
        Target = Chosen(random.Next(Target.All.Sum(each => each.Weight))) is var chosen && target is null ? chosen : target!;
        Bytes = Target.Make(random);
    }

    public Target Target { get; }

    /// <summary>The hostile file.</summary>
    public byte[] Bytes { get; }

    public Ending Run(string folder) => Target.Run(Bytes, random, folder);

    private static Target Chosen(int weight)
    {
        foreach (var target in Target.All)
            if ((weight -= target.Weight) < 0) return target;
        throw new ArgumentOutOfRangeException(nameof(weight));
    }

    /// <summary>Neighbouring numbers lead to unlike cases (the finalizer of MurmurHash3).</summary>
    private static int Mixed(int seed, long number)
    {
        var hash = unchecked((ulong)number * 0x9e3779b97f4a7c15 + (uint)seed);
        hash = unchecked((hash ^ (hash >> 33)) * 0xff51afd7ed558ccd);
        hash = unchecked((hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53);
        return (int)(hash ^ (hash >> 33));
    }
}
