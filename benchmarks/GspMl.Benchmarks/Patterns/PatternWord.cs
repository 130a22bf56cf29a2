using System.Globalization;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Patterns;

/// <summary>A pattern in a word: scattered, columns64, 2:4, 16x1.</summary>
internal static class PatternWord
{
    public static SparsityPattern Read(string word)
    {
        if (word == "scattered") return SparsityPattern.Scattered;
        if (word.StartsWith("columns", StringComparison.Ordinal)) return SparsityPattern.Columns(Number(word[7..]));
        var numbers = word.Split(':', 'x').Select(Number).ToArray();
        return word.Contains(':', StringComparison.Ordinal) ? SparsityPattern.OfEvery(numbers[0], numbers[1])
            : SparsityPattern.Blocks(numbers[0], numbers[1]);
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
