using Spectre.Console;
using Spectre.Console.Rendering;

namespace GspMl.Cli.Text;

/// <summary>A console that shows every row of a table: one that is wider than the terminal is wrapped by it, none is left out.</summary>
internal sealed class WideConsole(IAnsiConsole console) : IAnsiConsole
{
    // The tables have fewer than 20 columns, and a cell is never longer than Printable.MostInCell but for shapes and reasons.
    private const int TableWidth = 1 << 16;

    public Profile Profile => console.Profile;

    public IAnsiConsoleCursor Cursor => console.Cursor;

    public IAnsiConsoleInput Input => console.Input;

    public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

    public RenderPipeline Pipeline => console.Pipeline;

    public void Clear(bool home) => console.Clear(home);

    public void WriteAnsi(Action<AnsiWriter> action) => console.WriteAnsi(action);

    public void Write(IRenderable renderable)
    {
        var width = Profile.Width;
        if (renderable is Table) Profile.Width = TableWidth;
        try { console.Write(renderable); }
        finally { Profile.Width = width; }
    }
}
