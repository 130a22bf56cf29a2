using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GspMl.Cli.Shell;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Guarding;

/// <summary>
/// <c>--max-memory</c>: what the process may hold, said before anything is read. .NET's own memory is bounded everywhere, ONNX Runtime's
/// on Linux too: what asks for more ends in an error.
/// </summary>
internal static class MemoryLimit
{
    private const string Name = "--max-memory";
    private const string HeapLimit = "DOTNET_GCHeapHardLimit";

    // What the C++ library, and ONNX Runtime's own arenas, say.
    private static readonly string[] OfNative = ["bad_alloc", "bad allocation", "allocate memory", "out of memory"];

    // Threads, code and ONNX Runtime itself, before there is any data.
    private const long Least = 128L << 20;

    /// <summary>The option, known to every command.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>(Name)
        {
            Description = "The most memory to take, 512M or 8G: what asks for more is refused. On Linux that holds for ONNX Runtime too.",
            HelpName = "SIZE",
            Recursive = true,
        };
        option.Validators.Add(Check);
        return option;
    }

    /// <summary>Whether a command line has it.</summary>
    public static bool IsGiven(IReadOnlyList<string> arguments) => Word(arguments) is not null;

    /// <summary>Tells a process that is to be started: its garbage collector reads this before any of its code runs.</summary>
    public static void Announce(IReadOnlyList<string> arguments, IDictionary<string, string?> environment)
    {
        if (Bytes(Word(arguments)) is { } bytes) environment[HeapLimit] = bytes.ToString("X", CultureInfo.InvariantCulture);
    }

    /// <summary>The limit that a command line gives, as an option and its value; null where it gives none.</summary>
    public static string? Told(IReadOnlyList<string> arguments) => Bytes(Word(arguments)) is { } bytes ? $"{Name} {Text(bytes)}" : null;

    /// <summary>An error's message, with the limit that this process was told where memory ran out.</summary>
    public static string Explained(Exception error, string message)
        => Most is { } most && RanOut(error) ? $"{message.TrimEnd('.')}; {Name} allows {Text(most)}." : message;

    private static long? Most => long.TryParse(Environment.GetEnvironmentVariable(HeapLimit), NumberStyles.HexNumber,
        CultureInfo.InvariantCulture, out var most) ? most : null;

    /// <summary>ONNX Runtime says it in words only.</summary>
    private static bool RanOut(Exception error) => error is OutOfMemoryException || OfNative.Any(word => error.Message.Contains(word,
        StringComparison.OrdinalIgnoreCase)) || (error.InnerException is { } inner && RanOut(inner));

    /// <summary>Refuses work that is likely to take more than this process was told to hold, before the work.</summary>
    /// <param name="wanted">What it takes, in bytes.</param>
    /// <param name="advice">What would take less.</param>
    /// <exception cref="CommandException">It is.</exception>
    public static void Refuse(long wanted, string advice)
    {
        if (Most is { } most && wanted > most)
            throw CommandException.Input($"it would take about {Text(wanted)} of memory, and {Name} allows {Text(most)}; {advice}.");
    }

    /// <summary>Bounds this process; what the garbage collector was told is part of it.</summary>
    public static void Apply(IReadOnlyList<string> arguments)
    {
        if (OperatingSystem.IsLinux() && Bytes(Word(arguments)) is { } bytes) _ = LibC.LimitMemory(bytes);
    }

    /// <summary>A size with or without K, M, G or T, powers of 1024; null for what is none, or too little to run at all.</summary>
    internal static long? Bytes(string? word)
    {
        if (string.IsNullOrEmpty(word)) return null;
        var power = 1 + "KMGT".IndexOf(char.ToUpperInvariant(word[^1]), StringComparison.Ordinal);
        var number = power > 0 ? word[..^1] : word;
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= long.MaxValue >> (10 * power)
            && count << (10 * power) is var bytes and >= Least ? bytes : null;
    }

    /// <summary>A size as the option takes it, whole megabytes or gigabytes of powers of 1024.</summary>
    internal static string Text(long bytes)
        => bytes % (1L << 30) == 0 ? $"{bytes >> 30}G" : $"{(bytes + (1L << 20) - 1) >> 20}M";

    private static void Check(OptionResult result)
    {
        if (result.Tokens.Count > 0 && Bytes(result.Tokens[^1].Value) is null)
            result.AddError($"{Name}: '{result.Tokens[^1].Value}' is no size of at least {Least >> 20}M (512M, 8G).");
    }

    private static string? Word(IReadOnlyList<string> arguments)
    {
        for (var i = arguments.Count - 1; i >= 0; i--)
        {
            if (arguments[i].StartsWith(Name + "=", StringComparison.Ordinal)) return arguments[i][(Name.Length + 1)..];
            if (arguments[i] == Name && i + 1 < arguments.Count) return arguments[i + 1];
        }
        return null;
    }
}
