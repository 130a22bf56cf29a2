using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GspMl.Fuzz.Mutation;

/// <summary>Changes of numbers and words in text: headers of arrays, Matrix Market.</summary>
internal static partial class TextMutation
{
    /// <summary>The bytes with one number of the text in them replaced; lengths before the text are not put right.</summary>
    public static byte[] Of(byte[] bytes, Random random)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var numbers = Number().Matches(text[..Math.Min(text.Length, 400)]);
        if (numbers.Count == 0) return ByteMutation.Of(bytes, random);
        var number = numbers[random.Next(numbers.Count)];
        var other = random.Next(3) == 0 ? HostileValues.Real(random).ToString("R", CultureInfo.InvariantCulture)
            : HostileValues.Integer(random).ToString(CultureInfo.InvariantCulture);
        // Of the same length at times, so that headers stay whole.
        if (random.Next(2) == 0) other = other.Length > number.Length ? other[..number.Length] : other.PadRight(number.Length);
        return Encoding.Latin1.GetBytes(text[..number.Index] + other + text[(number.Index + number.Length)..]);
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
