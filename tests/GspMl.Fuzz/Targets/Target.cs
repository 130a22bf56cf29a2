namespace GspMl.Fuzz.Targets;

/// <summary>An entry point that takes what others made, and files for it.</summary>
internal abstract class Target
{
    public abstract string Name { get; }

    /// <summary>How often it is taken, compared with others.</summary>
    public abstract int Weight { get; }

    /// <summary>The content of a file, hostile in some way.</summary>
    public abstract byte[] Make(Random random);

    /// <summary>Gives the file to the entry point.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="random">Chooses among the ways in.</param>
    /// <param name="folder">A folder for files; it is emptied between cases.</param>
    public abstract Ending Run(byte[] bytes, Random random, string folder);

    public static IReadOnlyList<Target> All { get; } =
        [new ModelTarget(), new CommandTarget(), new ArrayTarget("npy"), new ArrayTarget("npz"), new ArrayTarget("mtx"),
            new ArrayTarget("parquet"), new RecipeTarget()];

    public static Target Named(string name) => All.First(target => target.Name == name);
}
