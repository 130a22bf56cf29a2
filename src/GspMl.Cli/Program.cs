using GspMl.Cli;

return await Gspml.RunAsync(args, Console.Out, Console.Error);
