using System.Runtime.CompilerServices;
using GspMl.Cli.Text;
using Spectre.Console;

// Not that of the folder: here the compiler finds these before those of the library that have the same names.
#pragma warning disable IDE0130
namespace GspMl.Cli;

/// <summary>Markup whose arguments are text from anywhere: of what is filled in, nothing is markup and nothing obeyed.</summary>
internal static class PlainMarkup
{
    public static void MarkupInterpolated(this IAnsiConsole console, FormattableString text)
        => AnsiConsoleExtensions.MarkupInterpolated(console, Plain(text));

    public static void MarkupLineInterpolated(this IAnsiConsole console, FormattableString text)
        => AnsiConsoleExtensions.MarkupLineInterpolated(console, Plain(text));

    private static FormattableString Plain(FormattableString text)
        => FormattableStringFactory.Create(text.Format,
            Array.ConvertAll(text.GetArguments(), argument => argument is string word ? Printable.Short(word, Printable.MostInLine)
                : argument));
}
