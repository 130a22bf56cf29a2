using System.Globalization;
using GspMl.Fuzz;
using GspMl.Fuzz.Running;
using GspMl.Fuzz.Targets;

long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
Target? Chosen(string name) => name == "all" ? null : Target.Named(name);

switch (args)
{
    case ["run", var seed, var first, var count, .. var target]:
        var report = await new FuzzRun((int)Number(seed), target.FirstOrDefault()).RunAsync(Number(first), Number(count));
        Console.WriteLine(report);
        return report.Broken.Count == 0 ? 0 : 1;
    case ["work", var seed, var first, var end, var target]:
        Worker.Run((int)Number(seed), Number(first), Number(end), Chosen(target), Console.Out);
        return 0;
    case ["guarded", var seed, var number, var target]:
        CommandLine.Program = typeof(GspMl.Cli.Gspml).Assembly.Location;
        Worker.Run((int)Number(seed), Number(number), Number(number) + 1, Chosen(target), Console.Out);
        return 0;
    case ["show", var seed, var number, var target, var path]:
        File.WriteAllBytes(path, new FuzzCase((int)Number(seed), Number(number), Chosen(target)).Bytes);
        return 0;
    case ["sharp", var target]:
        SharpTarget.Run(Target.Named(target));
        return 0;
    default:
        Console.Error.WriteLine("""
            gspml's fuzzing. Everything follows from the seed.
              run SEED FIRST COUNT [TARGET]      runs cases in workers; exit code 1 where one did not end as promised
              work SEED FIRST END TARGET|all     the worker: runs them in this process
              guarded SEED NUMBER TARGET|all     one case, its command as a program of its own
              show SEED NUMBER TARGET|all FILE   writes the file of a case
              sharp TARGET                       one input from standard input, for AFL (SharpFuzz)
            Targets: model, command, npy, npz, mtx, parquet, recipe.
            """);
        return 2;
}
