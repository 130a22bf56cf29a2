namespace GspMl.Fuzz.Mutation;

/// <summary>Changes of bytes, whatever they stand for.</summary>
internal static class ByteMutation
{
    /// <summary>The bytes with some of them flipped, cut out, doubled, cut off or replaced by numbers that are often wrong.</summary>
    public static byte[] Of(byte[] bytes, Random random)
    {
        for (var i = random.Next(1, 5); i > 0; i--) bytes = Once(bytes, random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        var (at, count) = (random.Next(bytes.Length), random.Next(1, 17));
        count = Math.Min(count, bytes.Length - at);
        return random.Next(7) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[(at + count)..]],
            2 => [.. bytes[..(at + count)], .. bytes[at..]],
            3 => With(bytes, at, [(byte)random.Next(256)]),
            4 => With(bytes, at, BitConverter.GetBytes(HostileValues.Integer(random)).AsSpan(0, random.Next(1, 9))),
            5 => With(bytes, at, [0xff, 0xff, 0xff, 0xff, 0x0f]),
            _ => With(bytes, at, [(byte)(bytes[at] ^ (1 << random.Next(8)))]),
        };
    }

    private static byte[] With(byte[] bytes, int at, ReadOnlySpan<byte> other)
    {
        var changed = (byte[])bytes.Clone();
        other[..Math.Min(other.Length, changed.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }
}
