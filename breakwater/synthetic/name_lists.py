"""Names by origin, the commonest first, as text: a list is read as words between spaces.

Real names of the kind found in school rolls, plus stems and endings that make plausible rare ones.
They are nobody's in particular: people are put together by chance.
"""

# English names changed with the years: children, parents and grandparents have their own lists.
BRITISH_BOYS = """Oliver George Noah Arthur Harry Leo Muhammad Jack Charlie Oscar Jacob Henry
Thomas Freddie Alfie Theo William Theodore Archie Joshua Alexander James Isaac Edward Lucas Tommy
Finley Max Logan Ethan Teddy Mohammed Arlo Hunter Reuben Joseph Harrison Samuel Daniel Elijah
Sebastian Adam Albie Roman Ezra Jude Rory Louie Benjamin Luca Reggie Ronnie Caleb Dylan Zachary
Riley Toby Jaxon Hugo Gabriel Frankie Jesse Kai Rowan Felix Nathan Jenson Elliot Bobby Ellis Jayden
Luke Matthew Stanley Rupert Callum Ralph Otis Blake Grayson Milo Jasper Leon Harvey Michael Aaron
Jake Connor Liam Owen Tyler Cameron Ryan Bailey Kian Robert John Christopher Billy Sonny Dexter
Robin Wilfred Chester Barnaby Ted Frederick Lewis Kit Otto Xavier Tobias Bertie Albert Vinnie Cody
Ashton Corey Kieran Morgan Mason Taylor Jamie Ben Sam Joel Marcus Dominic Patrick Francis Ernest"""
BRITISH_GIRLS = """Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella
Grace Daisy Sienna Poppy Elsie Emily Ella Evelyn Phoebe Evie Charlotte Harper Millie Matilda Maya
Sofia Emilia Isabelle Alice Ruby Luna Maisie Aria Penelope Mila Ada Bonnie Eva Hallie Eliza Esme
Violet Chloe Arabella Orla Lottie Sophie Lola Delilah Erin Eleanor Maria Zara Nancy Thea Robyn
Ellie Scarlett Beatrice Rose Jessica Imogen Amber Clara Margot Iris Molly Lucy Hannah Holly Lara
Anna Summer Aurora Edith Heidi Mabel Gracie Martha Lyla Darcie Amelie Ottilie Elizabeth Abigail
Megan Katie Lexi Georgia Zoe Skye Lacey Paige Layla Niamh Keira Tilly Bella Jasmine Leah Faith Hope
Autumn Felicity Harriet Victoria Seren Nora Agnes Flora Francesca Hazel Julia Kayla Libby Madison
Naomi Nicole Rebecca Tia Rhiannon Courtney Shannon Connie Peggy Winnie Dolly"""
BRITISH_MEN = """David James Daniel Christopher Andrew Matthew Paul Mark Michael Robert Richard Lee
Stephen Thomas Craig Steven Simon Adam Benjamin Jonathan John Ryan Martin Stuart Gary Ian Jamie
Darren Scott Alan Peter Philip Anthony Kevin Jason Neil Luke Dean Nicholas Shaun Gareth Karl Wayne
Barry Graham Joseph Samuel Carl Aaron Ross Timothy Nathan Adrian Kieran Liam Lewis Alexander Ashley
Marc Justin Dale Damien Edward William Russell Robin Patrick Sean Duncan Jordan Kyle Callum Josh
Connor Bradley Shane Danny Terry Leon Julian Marcus Glen Howard Gavin Clive Dominic Ricky Jake"""
BRITISH_WOMEN = """Sarah Claire Emma Laura Rebecca Gemma Rachel Kelly Victoria Katherine Nicola
Jennifer Lisa Michelle Louise Hayley Samantha Amy Natalie Donna Joanne Charlotte Stacey Kerry
Leanne Zoe Danielle Katie Lindsay Karen Julie Tracey Helen Amanda Kirsty Jessica Stephanie Hannah
Catherine Clare Jane Tara Sophie Lucy Alison Dawn Melissa Lauren Jodie Natasha Angela Tina Lyndsey
Sally Susan Carly Anna Kate Caroline Elizabeth Heather Holly Abigail Chloe Paula Vicky Cheryl
Kimberley Suzanne Georgina Chelsea Jade Toni Maria Naomi Bethany Wendy Sharon Rhiannon Alexandra
Ruth Beth Megan"""
BRITISH_OLD_MEN = """John David Michael Peter Robert Alan Brian Anthony Kenneth Derek Roger Keith
Raymond Colin Barry Terence Ronald Geoffrey Dennis Graham Malcolm Trevor William Thomas Norman
Gordon Roy Donald Stanley Ernest Leslie Clifford Douglas Maurice Victor Gerald Bernard Frank"""
BRITISH_OLD_WOMEN = """Margaret Patricia Christine Mary Jean Ann Susan Janet Maureen Barbara
Valerie Carol Sandra Pauline Elizabeth Joan Pamela Jennifer Kathleen Anne Sheila Brenda Gillian
Linda Sylvia Shirley Marion Dorothy Joyce Doreen Beryl Audrey Irene Hazel Eileen Marjorie Rita June
Judith"""
BRITISH_SURNAMES = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright
Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Harris Clark Lewis Cooper Turner
Hill Ward Moore Morris Thomas Baker Harrison King Lee Edwards Watson Parker Martin Allen Bennett
Scott Morgan James Cook Phillips Carter Young Richardson Shaw Mitchell Bailey Collins Price Bell
Cox Adams Richards Marshall Webb Simpson Mills Rogers Chapman Ellis Foster Knight Palmer Hughes
Russell Barker Stevens Mason Butler Hunt Rose Matthews Gibson Fisher Barnes Powell Lloyd Graham
Murray Jenkins Dixon Reynolds Ford Holmes Fox Grant Pearce Gray Hudson Burton Harvey Andrews
Lawrence Elliott Walsh Spencer Payne Stone Fletcher Cole Wells Day Saunders Black Newman Hart
Pearson Webster Ball Perry Watts West Dean Carr Hawkins Gardner Bird Cross Francis Porter Riley
Bishop Armstrong Cunningham Lane Berry Field Gilbert Nicholls Lowe Parsons Warren Harding Hardy
Jordan Long Burns Holland Curtis Woods Barrett Lambert Oliver Rowe Nelson Carpenter Tucker Bates
Bradley Peters Yates Atkinson Freeman Goodwin Dawson Arnold Greenwood Sutton Hopkins Page Gregory
Chambers Wheeler Dunn Rhodes Stephens Sharp Bradshaw Read Osborne Kemp Townsend Hodgson Byrne Frost
Coleman Banks May Nash Blake Potter Pope Legg Samways Loveless Hansford Cake Squibb Guppy Stickland
Trowbridge Vincent Symes Bartlett Hallett Gale Dyer Crabb Meech Northover Travers Vine Churchill
Bugler Hounsell Hayward Norman Bond Barton Dowding Fry Gould Haskell Hatcher Ings Kellaway Lush
Maidment Old Penny Puckett Rideout Rolls Sansom Shave Stainer Tuck Upward Vallis Waterman Wareham
Yeatman Zillwood Reid Ross Kerr Hunter Sinclair Fraser Stewart Campbell Anderson Robertson Duncan
Paterson Crawford Hamilton Boyd Craig Dickson Douglas Farrell Finch Garner Hewitt Hobbs Hooper
Humphries Ingram Jarvis Lamb Lucas Manning Marsden Middleton Naylor Norris Nunn Oakley Parry
Peacock Pickering Poole Quick Randall Savage Seymour Short Skinner Slater Stanley Steele Stokes
Summers Swift Tate Thorne Todd Turnbull Wade Waters Welch Whitehead Wilkins Willis Winter Wyatt
York"""
BRITISH_STEMS = """Ash Black Brad Hart Whit Stan Wood Hol Lang Ald Thorn Har Win Kings Mar Cran
Stour Rad Wal Hem Hun Mil Ford Brom Cal Cole Den Ea East El Far Fen Gad Gar Glad God Graf Had Ham
Hand Haw Hay Heath Hed Hen Hin Horn Hough Hurst Il Kel Ken Kim Kirk Lam Lin Lit Lock Long Ludd Lynd
Maple Med Mel Mor Nor Nut Oak Old Or Os Pad Pen Pil Pres Quar Ram Red Rid Rock Roth Row Rud Rush
Sal Sand Sel Shel Ship Shir Sim Skel Smal South Spal Staf Stock Strat Sud Sut Swan Tam Thax Til Tol
Tun Up Wad Wake Wans War Wat Wel West Wher Wick Wil Wim Wing Wol Wor Wray Wych Yar Yel Baver Chesel
Dunsel Ever Fother Gilling Hather Ingle Kender Lever Mather Netter Otter Pinker Rother Sather
Tether Wether"""
BRITISH_ENDINGS = """ley ton ford ham well worth wood son field man by den bury ell ing ridge combe
bourne stone wick gate stead hurst shaw brook head ington more ward ingham row thorpe low croft
cott land leigh bridge ingley"""

WELSH_BOYS = """Osian Macsen Dylan Owain Rhys Evan Harri Tomos Gethin Iestyn Ioan Llew Morgan Emrys
Cai Elis Gruffydd Huw Ieuan Jac Macs Steffan Gwion Aled Geraint Dafydd"""
WELSH_GIRLS = """Seren Cadi Ffion Mali Erin Carys Megan Nia Beca Cerys Lowri Sian Efa Elin Gwen
Mabli Mared Non Rhiannon Bethan Catrin Angharad Eleri Heledd Llinos Tegan"""
WELSH_SURNAMES = """Jones Davies Williams Evans Thomas Roberts Lewis Hughes Morgan Griffiths
Edwards Owen James Rees Jenkins Price Phillips Lloyd Parry Powell Pritchard Bowen Howells Humphreys
Probert Pugh Prosser Llewellyn Vaughan Gwynne Bevan Beynon Cadwallader Meredith Mostyn Tudor
Penry"""
SCOTTISH_BOYS = """Angus Callum Hamish Finlay Lachlan Rory Ewan Fraser Gregor Struan Cameron
Alasdair Blair Brodie Craig Duncan Euan Innes Iain Keir Murray Ross Stuart"""
SCOTTISH_GIRLS = """Eilidh Isla Ailsa Catriona Fiona Iona Kirsty Mhairi Morag Skye Orla Rowan Shona
Ainsley Elspeth Heather Lorna Maisie Mirren Rhona Catrina"""
SCOTTISH_SURNAMES = """Campbell Stewart MacDonald Robertson Reid Ross Murray Fraser Cameron MacLeod
MacKenzie Hamilton Graham Kerr Henderson Paterson Ferguson Grant MacKay Duncan Sinclair Sutherland
Munro McLean McGregor McIntosh McMillan McPherson Buchanan Wallace Muir Rennie Geddes Gillespie"""
IRISH_BOYS = """Conor Sean Oisin Cian Fionn Liam Patrick Darragh Cillian Eoin Tadhg Aidan Brendan
Ciaran Declan Diarmuid Eamon Finbar Kevin Niall Padraig Ronan Rory Cormac Donal Fergus Michael"""
IRISH_GIRLS = """Aoife Saoirse Caoimhe Niamh Ciara Roisin Sinead Siobhan Aisling Orla Grainne
Clodagh Eimear Fiadh Maeve Mairead Nuala Una Bridget Eileen Kathleen Oonagh Aine Sadhbh Deirdre"""
IRISH_SURNAMES = """Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan O'Connor O'Neill O'Reilly
Doyle McCarthy Gallagher Doherty Kennedy Lynch Murray Quinn Moore McLoughlin O'Carroll Connolly
Daly O'Connell Wilson Dunne Brennan Burke Collins Clarke Johnston Hughes O'Farrell Fitzgerald Brown
Martin Maguire Nolan Flynn Thompson O'Callaghan O'Donnell Duffy O'Mahony Boyle Healy O'Shea White
Sweeney Hayes Kavanagh Power McGrath Moran Brady Keane Cullen Foley Casey McDermott Hennessy"""
TRAVELLER_BOYS = """John Michael Patrick Martin James Tom Miley Jimmy Johnny Paddy Simon Francis
Joseph Edward Bernard Hughie Christy Danny Davey Felix Jim Levi Nelson Elias Riley Sonny"""
TRAVELLER_GIRLS = """Mary Margaret Bridget Kathleen Ann Winnie Nora Ellen Theresa Chantelle Shania
Shannon Barbara Philomena Biddy Rosie Charmaine Kizzy Priscilla Scarlett Rosemary Mary-Ann"""
TRAVELLER_SURNAMES = """Ward Connors McDonagh Doherty Stokes Maughan Cash O'Driscoll Delaney Mongan
Joyce Sweeney Collins Quilligan O'Brien McCarthy Reilly Nevin Cawley Sheridan"""
ROMANY_SURNAMES = """Smith Cooper Lee Boswell Lovell Stanley Penfold Loveridge Buckland Hughes
Eastwood Scamp Ripley Doe Burton Orchard Keets Wells Broadway Isaacs Doran"""

POLISH_BOYS = """Jakub Antoni Jan Szymon Franciszek Filip Aleksander Mikołaj Wojciech Kacper Adam
Michał Marcel Stanisław Wiktor Piotr Igor Leon Nikodem Mateusz Bartosz Tomasz Paweł Krzysztof
Marcin Łukasz Grzegorz Andrzej Marek Dawid Sebastian Rafał Przemysław Radosław Zbigniew Dariusz"""
POLISH_GIRLS = """Zuzanna Julia Maja Zofia Hanna Lena Alicja Maria Oliwia Amelia Aleksandra
Wiktoria Anna Katarzyna Magdalena Agnieszka Małgorzata Joanna Monika Ewa Natalia Karolina Dorota
Beata Iwona Justyna Paulina Kinga Weronika Emilia Nikola Gabriela Martyna Sylwia Elżbieta
Grażyna"""
POLISH_SURNAMES = """Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński
Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski
Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski
Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran"""
POLISH_STEMS = """Adam Bąk Bor Brzoz Cieśl Czarn Dęb Dobr Fili Gaj Gołęb Grab Jan Jas Kalin Kar
Klim Koz Kras Krup Kub Leś Lip Łab Maci Mal Marc Mich Mik Mos Mroz Now Ols Ost Paw Piątk Pietr Rad
Rog Rut Sad Sien Sob Stach Szcz Szul Tom Tur Urb Wal Wiel Wilk Wit Zab Zal Zar Zaw Żur"""
POLISH_ENDINGS = "owski ewski iński czyk iak ak owicz icki ecki ar ik"
ROMANIAN_BOYS = """Andrei Alexandru Mihai Ștefan Gabriel Ionuț David Matei Luca Cristian Florin
Marius Adrian Bogdan Daniel Darius Vasile Constantin Gheorghe Ion Nicolae Răzvan Sorin Cosmin
Cătălin"""
ROMANIAN_GIRLS = """Maria Elena Andreea Ioana Sofia Ana Mihaela Alexandra Cristina Gabriela Daniela
Roxana Simona Ștefania Ecaterina Raluca Georgiana Larisa Denisa Bianca Loredana Nicoleta
Mădălina"""
ROMANIAN_SURNAMES = """Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu
Munteanu Constantin Marin Lazăr Moldovan Florea Dinu Nistor Toma Ungureanu Barbu Preda Marinescu
Iordache Călin Țurcanu Lăcătuș Drăgan Enache Neagu Vasilescu Sandu Voicu Oprea Tudor Mocanu
Cojocaru"""
ROMANIAN_STEMS = """Alb Andre Ang Avram Balt Bog Brad Bud Cern Chir Cor Crist Dan Dobr Drag Fil
Flor Grig Ilie Ist Jian Lup Mann Mihăil Mir Neg Nicol Pan Pav Petr Pirv Plop Rot Sav Serb Simi Stan
Teod Udr Vlad Zam"""
ROMANIAN_ENDINGS = "escu eanu oiu aru ache ea uță"
# Kept in Cyrillic, as their owners write them; names.romanise gives the passport's spelling.
UKRAINIAN_BOYS = """Олександр Максим Артем Дмитро Андрій Іван Михайло Богдан Назар Владислав Сергій
Володимир Юрій Микола Василь Тарас Олег Ігор Ярослав Євген Данило Матвій Тимофій Роман Віталій"""
UKRAINIAN_GIRLS = """Софія Анна Марія Вікторія Олена Наталія Юлія Ірина Оксана Тетяна Катерина
Анастасія Дарина Соломія Злата Поліна Людмила Світлана Галина Ганна Євгенія Надія Христина Яна"""
UKRAINIAN_SURNAMES = """Мельник Шевченко Коваленко Бондаренко Бойко Ткаченко Кравченко Ковальчук
Коваль Олійник Шевчук Поліщук Ткачук Савченко Бондар Марченко Руденко Мороз Лисенко Петренко
Кравчук Клименко Павленко Савчук Кузьменко Левченко Харченко Пономаренко Василенко Гончаренко
Грицай"""
UKRAINIAN_STEMS = """Антон Бабі Білоус Вас Гав Гнат Гриц Дани Дем Дорош Євтуш Захар Зінч Іван Кар
Кири Кос Куч Лук Мак Март Мирон Назар Онищ Остап Пав Пили Про Рома Сав Семен Степан Тарас Тимош Фед
Хом Яким Яр"""
UKRAINIAN_ENDINGS = "енко чук ук ський ів ець"
PORTUGUESE_BOYS = """João Francisco Santiago Duarte Tomás Afonso Miguel Gonçalo Rodrigo Pedro Tiago
Martim José António Luís Carlos Paulo Rui Nuno Ricardo Hugo André Bruno Diogo Jorge Fábio Sérgio"""
PORTUGUESE_GIRLS = """Maria Leonor Matilde Beatriz Carolina Mariana Ana Inês Sofia Margarida Joana
Catarina Rita Marta Sandra Cláudia Patrícia Sónia Mónica Fátima Conceição Lúcia Teresa Raquel"""
PORTUGUESE_SURNAMES = """Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa
Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira
Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis
Simões Antunes Matos Fonseca Machado Araújo Barbosa Tavares Lourenço Freitas Figueiredo"""
TURKISH_BOYS = """Yusuf Mustafa Mehmet Ahmet Emre Ali Hasan Hüseyin Ömer Eymen Kerem Murat İbrahim
Can Burak Serkan Volkan Özgür Çağlar Deniz Efe Barış Onur Kemal Osman Halil Süleyman"""
TURKISH_GIRLS = """Zeynep Elif Defne Fatma Ayşe Emine Hatice Merve Esra Özlem Gül Selin Ebru Derya
Büşra Şeyma Ece Tuğba Çiğdem Sevgi Hülya Nur Azra Asya Eylül Yağmur"""
TURKISH_SURNAMES = """Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan
Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Erdoğan Güneş Aksoy Bozkurt Ateş
Tekin"""
TURKISH_STEMS = (
    "Ak Kara Demir Er Öz Taş Gök Yıl Alp Kaya Ay Bal Bay Çakır Deli Genç Gür Kızıl Koca Sarı"
)
TURKISH_ENDINGS = "türk oğlu kan soy taş er dağ tepe han sel baş kurt"

NIGERIAN_BOYS = """Daniel David Emmanuel Samuel Michael Tunde Segun Femi Kunle Wale Chidi Emeka
Obinna Ikenna Chinedu Uche Kelechi Ayodele Babatunde Olumide Adebayo Oluwaseun Tobi Ifeanyi Nnamdi
Musa Ibrahim Sani Temitope Damilola Oluwadamilare Chukwuemeka"""
NIGERIAN_GIRLS = """Esther Grace Blessing Deborah Chioma Ngozi Amaka Ifeoma Funmi Yetunde Bukola
Folake Titilayo Adaeze Chiamaka Oluwaseyi Temitope Damilola Ayomide Simisola Aisha Halima Patience
Favour Uchenna Nkechi Omolara Abimbola Chinwe Oluwafunmilayo"""
NIGERIAN_SURNAMES = """Adeyemi Okafor Okonkwo Adebayo Eze Okeke Balogun Ogunleye Nwosu Okoro
Adeleke Afolabi Ojo Obi Akinola Oladipo Onyekachi Ibrahim Abubakar Bello Chukwu Nnamdi Uzoma Ade
Olatunji Oyelaran Fashola Ajayi Alabi Lawal Mohammed Musa Yusuf Effiong Bassey Edet Igwe Nwachukwu
Anyanwu"""
NIGERIAN_STEMS = (
    "Ade Ola Olu Ogun Oye Ayo Akin Fa Oyin Omo Chukwu Nwa Oko Eze Iwu One Uche Ike Ona Ani"
)
NIGERIAN_ENDINGS = """bayo yemi kunle wale tunde leke tayo dele sola bode goke niyi debe chi nna
oma eze efor oji ikwu mere nweze gbola toye wunmi biyi"""
GHANAIAN_BOYS = """Kwame Kofi Kwaku Yaw Kojo Kwesi Kwabena Emmanuel Samuel Daniel Isaac Michael
Joseph Ebenezer Prince Nana Richmond Ernest Godfred Fiifi Ato Stephen"""
GHANAIAN_GIRLS = """Ama Abena Akosua Adwoa Efua Esi Afia Yaa Akua Grace Mary Mercy Comfort Gifty
Priscilla Abigail Vida Felicia Mavis Nana Serwaa Araba Maame Joyce"""
GHANAIAN_SURNAMES = """Mensah Owusu Osei Boateng Asante Appiah Agyemang Amoah Addo Adjei Antwi
Asamoah Boakye Danso Darko Frimpong Gyasi Kwarteng Nkrumah Ofori Opoku Oppong Quaye Sarpong Tetteh
Yeboah Acheampong Ampofo Ankrah Annan Ansah Baah Donkor Dwamena Essien Lamptey Nartey Nyarko
Sackey"""
SOMALI_BOYS = """Mohamed Ahmed Abdi Ali Hassan Hussein Omar Ibrahim Yusuf Abdullahi Abdirahman
Mahad Jama Farah Warsame Guled Liban Bashir Ismail Osman Said Nur Muse Adan Mustafa Abshir Bile
Samatar"""
SOMALI_GIRLS = """Fatima Amina Halima Khadija Sahra Hodan Ifrah Hibo Ayaan Sagal Maryan Asha Faduma
Nimco Hamdi Ubax Zahra Ikran Sumaya Rahma Naima Deqa Ladan Fowsia Safiya Idil"""
CARIBBEAN_BOYS = """Marcus Andre Jerome Tyrone Leon Winston Delroy Jermaine Dwayne Tyrell Malachi
Kymani Isaiah Elijah Nathaniel Reon Devon Carlton Curtis Romario Levi Zion Micah"""
CARIBBEAN_GIRLS = """Shanice Chantelle Monique Jada Aaliyah Tiana Shakira Simone Marcia Yvonne
Beverley Sharon Kezia Renae Imani Nevaeh Ebony Shanelle Denise Natalya Amara Gabrielle"""
CARIBBEAN_SURNAMES = """Campbell Brown Williams Johnson Clarke Francis Grant Gordon Thomas Morgan
Reid Lewis Stewart Morrison Henry Bailey Edwards Powell Palmer Samuels Blake Joseph Charles Bryan
Pinnock McKenzie Daley Gayle Dacosta Lindo Brathwaite Alleyne Greenidge Weekes Hinds Barrow"""

PAKISTANI_BOYS = """Muhammad Mohammed Ali Ahmed Hamza Ibrahim Usman Bilal Zain Adam Yusuf Hassan
Hussain Imran Tariq Shahid Asif Kashif Nadeem Faisal Waqas Adnan Omar Haris Ayaan Rayyan Zakariya
Sajid Khalid Javed Amir Saqib Junaid Musa Ismail Eesa"""
PAKISTANI_GIRLS = """Fatima Aisha Maryam Zainab Khadija Amina Zara Hafsa Sana Saima Nadia Shazia
Rukhsana Nasreen Samina Bushra Farah Iqra Mehwish Ayesha Inaya Hania Anaya Sumaiya Noor Shabana
Uzma Rabia Parveen Naila Tahira Eman Laiba"""
PAKISTANI_SURNAMES = """Khan Hussain Ahmed Ali Akhtar Mahmood Iqbal Malik Shah Mirza Butt Chaudhry
Bibi Begum Rashid Aslam Saleem Qureshi Raja Sheikh Rehman Rafiq Hanif Siddiqui Baig Bhatti Dar
Janjua Farooq Ashraf Nawaz Yaqoob Zaman Sadiq Shabir Bashir Arshad Anwar Younis Riaz Javed Hayat
Gill"""
BANGLADESHI_BOYS = """Mohammed Abdul Md Rahim Karim Shah Ahmed Tanvir Rahat Nazmul Rafiq Jubair
Sayed Imran Ibrahim Yusuf Zakir Kamal Faruk Shafiq Monir Azizur Tariq Ashraf Hasan Ayaan Musa"""
BANGLADESHI_GIRLS = """Fatema Ayesha Nusrat Tahmina Rahima Shirin Nasrin Sultana Mariam Sadia
Farhana Rokeya Salma Jannat Tasnim Maliha Hasina Khadiza Sumaya Rehana Shahanara Anika Nadia
Zara"""
BANGLADESHI_SURNAMES = """Begum Khatun Ahmed Ali Miah Uddin Rahman Hussain Islam Chowdhury Khan
Hoque Alam Karim Haque Choudhury Bibi Khanom Akter Sultana Sarkar Talukdar Mondal Bhuiyan Kamali
Hannan"""
INDIAN_BOYS = """Arjun Aarav Rohan Krishna Vihaan Ravi Raj Amit Sanjay Vijay Rahul Anil Suresh
Rajesh Harpreet Gurpreet Jaspreet Manpreet Balraj Arun Deepak Nikhil Dev Ishaan Reyansh Kiran Jay
Hiren Ketan Bhavesh Thomas Joseph Sunil Manoj Ajay"""
INDIAN_GIRLS = """Anaya Saanvi Aadhya Priya Anjali Pooja Neha Deepa Kavita Sunita Meera Asha
Lakshmi Harpreet Gurpreet Jaspreet Simran Manpreet Kiran Nisha Ria Diya Isha Myra Radha Hetal
Bhavna Sheela Rekha Geeta Nandini Shreya Anu Bindu"""
INDIAN_SURNAMES = """Patel Singh Kaur Shah Sharma Kumar Gill Dhillon Sandhu Rao Reddy Nair Menon
Gupta Mehta Desai Joshi Thomas Mathew George Varghese Chauhan Parmar Solanki Bains Sidhu Grewal
Dhaliwal Iyer Pillai Mistry Lad Vora Modi Kapoor Malhotra Chopra Bhatt Trivedi Pandya Das Ghosh
Banerjee"""
INDIAN_STEMS = (
    "Bora Chandra Deva Gava Jambe Kal Lim Mal Nan Pand Raj Sat Tal Vad Wadi Bhil Dan Khan Mor"
)
INDIAN_ENDINGS = "wala kar ani ia dev appan ath wadekar gaonkar swamy"
CHINESE_BOYS = """Wei Hao Jun Ming Jie Lei Yang Bo Chen Tao Kai Peng Xin Yi Zihan Haoran Yuxuan
Chi-Wai Ka-Ho Wing-Kit Jason Kevin Ryan Ethan Lucas"""
CHINESE_GIRLS = """Li Mei Fang Xiu Jing Na Yan Ying Xia Hui Yu Ling Xinyi Yutong Zihan Mei-Ling
Ka-Yan Wing-Yee Siu-Fong Chloe Emily Jasmine Sophie Vivian Joyce"""
CHINESE_SURNAMES = """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin
Gao Luo Zheng Liang Xie Tang Wong Chan Cheung Lau Ng Leung Chow Lam Ho Yeung Tse Kwok Fung Yip
Mak"""
ARABIC_BOYS = """Muhammad Ahmad Omar Ali Yusuf Hasan Husayn Khalid Ibrahim Mahmoud Mustafa Abdullah
Samir Tariq Ziad Bashar Nabil Walid Karim Faris Anas Hamza Rami Adnan Yahya Jamal Majid Said"""
ARABIC_GIRLS = """Fatima Aisha Maryam Zaynab Layla Nur Huda Amal Rana Hanan Samira Salma Yasmin
Rima Dina Lina Hala Sara Rasha Khadija Zahra Iman Muna Nadia Sawsan Manal Abir"""
ARABIC_SURNAMES = """al-Ahmad al-Hassan al-Ali al-Khatib Haddad al-Masri Khoury Hamdan Nasser Saleh
al-Shami Darwish Mansour Najjar Qasim Sabbagh Hijazi al-Rashid Barakat Shaheen Abboud Habib Issa
al-Halabi al-Hariri Khalil Sulayman Younes Zaidan Jaber Aziz Fares Kanaan al-Jundi Ramadan"""
FILIPINO_BOYS = """Jose Mark John Christian Angelo Joshua Jayson Rodel Arnel Ramon Eduardo
Nathaniel Gabriel Miguel Noel Jericho"""
FILIPINO_GIRLS = """Maria Angelica Jennifer Grace Rowena Maricel Cristina Lourdes Althea Princess
Jasmine Mary-Jane Rosario Analyn Sheila Nicole"""
FILIPINO_SURNAMES = """Santos Reyes Cruz Bautista Garcia Ocampo Mendoza Tomas Castillo Flores
Villanueva Ramos Aquino Navarro Salazar Mercado Dela-Cruz Pascual Soriano Manalo Dimaculangan
Macaraeg"""

# One line is one name: every word on it may stand for any other on it. What is not in Latin
# letters is only ever told, never a person's name in the county's own records.
SAME_NAME = """Muhammad Mohammed Mohamed Mohammad Mohamad Mohamud محمد
Ahmed Ahmad Ahmet Achmed أحمد
Yusuf Yousef Youssef Yousuf Yusef يوسف
Hussain Hussein Husayn Hussien Hüseyin حسين
Hassan Hasan Hassen حسن
Ibrahim Ebrahim Ibraheem İbrahim إبراهيم
Omar Umar Omer Ömer عمر
Usman Osman Uthman Othman عثمان
Ali Aly علي
Khalid Khaled خالد
Mahmoud Mahmood Mahmud محمود
Mustafa Mostafa Moustafa مصطفى
Abdullah Abdallah Abdulla Abdullahi عبدالله
Tariq Tarek Tarik طارق
Samir Sameer سمير
Ziad Ziyad Zeyad زياد
Walid Waleed وليد
Karim Kareem كريم
Said Saeed Sayed Syed سعيد
Jamal Gamal جمال
Yahya Yehia يحيى
Musa Moussa Mousa Muse موسى
Ismail Ismaeel Esmail إسماعيل
Eesa Isa Issa عيسى
Bilal Belal بلال
Hamza Hamzah حمزة
Fatima Fatema Fatimah Fatma Faduma فاطمة
Aisha Ayesha Aysha Ayşe Asha عائشة
Maryam Mariam Maryan Miriam مريم
Zainab Zaynab Zeinab Zeynep زينب
Khadija Khadijah Khadiza Hatice خديجة
Amina Aminah Emine آمنة
Layla Leila Laila ليلى
Nur Noor Nour نور
Huda Hoda هدى
Samira Sameera سميرة
Yasmin Yasmeen Jasmin ياسمين
Muna Mona منى
Iman Eman إيمان
Sumaya Sumaiya Sumayyah سمية
Zahra Zara Sahra زهرة
Haddad Hadad حداد
Khoury Khouri Houri خوري
Nasser Naser Nasir ناصر
Saleh Salih صالح
Darwish Darwich درويش
Mansour Mansur منصور
Qasim Kassem Kasim Qassem قاسم
Sulayman Suleiman Süleyman سليمان
Younes Yunus Younis يونس
Rashid Rasheed Raschid رشيد
al-Ahmad Alahmad El-Ahmad Al-Ahmed الأحمد
al-Hassan Alhassan Al-Hasan El-Hassan الحسن
al-Khatib Alkhatib El-Khatib الخطيب
al-Masri Almasri El-Masri المصري
al-Shami Alshami الشامي
al-Hariri Alhariri El-Hariri الحريري
Chowdhury Choudhury Chaudhry Chaudhary Choudhry
Miah Mia Miya
Uddin Udin Ud-Din
Rahman Rehman Rahmaan
Hoque Haque Haq Huq
Akter Akhter Akhtar
Khatun Khatoon
Qureshi Quraishi Koreshi
Siddiqui Siddique Sidiqi
Begum Begom
Dhillon Dhillan
Singh Sing
Varghese Varughese
Patel Patal
Oleksandr Alexander Aleksandr Olexandr
Mykola Nikolai Nikolay
Andrii Andriy Andrey Andrej
Serhii Serhiy Sergei Sergey
Dmytro Dmitry Dmitri
Volodymyr Vladimir
Mykhailo Mikhail Mykhaylo
Yurii Yuriy Yuri
Olena Elena Alyona
Yuliia Yulia Julia Yuliya
Nataliia Natalia Nataliya
Iryna Irina
Kateryna Ekaterina Katerina
Viktoriia Viktoria Victoria
Anastasiia Anastasia Anastasiya
Sofiia Sofia Sophia Sofiya
Mariia Maria Mariya
Hanna Anna Ganna
Yevhen Evgeny Eugene
Katarzyna Catherine Kasia
Małgorzata Margaret Malgorzata Gosia
Aleksandra Alexandra Ola
Aleksander Alexander
Krzysztof Christopher Krzysiek
Wiktoria Victoria
Zofia Sofia Sophia
Jakub Jacob Kuba
Michał Michael Michal
Ștefan Stefan Stephen
Andrei Andrej Andrew
João Joao John
José Jose Joseph
Inês Ines Agnes
Conceição Conceicao
Mehmet Mohammed Muhammed
Zhang Cheung Chang 张
Chen Chan Tan 陈
Huang Wong Hwang 黄
Wang Wong 王
Liu Lau Low 刘
Zhou Chow Chou 周
Lin Lam Lim 林
Wu Ng Woo 吴
Guo Kwok Kuo 郭
Li Lee 李
Okafor Okafo Okaphor
Chukwu Chuku
Oluwaseun Seun
Oluwadamilare Damilare
Oluwafunmilayo Funmilayo Funmi
Adeyemi Adeyemy
Agyemang Agyeman Adjemang
Kwaku Kweku Quaku
Kwesi Kwasi
Sean Shaun Shawn
Aoife Eefa
Niamh Neve Neeve
Siobhan Shivaun Chevonne
Caoimhe Keeva Kweeva
Saoirse Seersha
Tadhg Tiege
Eilidh Ailey Eily"""

# The full name first, then what people are called at home or by friends.
NICKNAMES = """William Will Bill Billy Liam
Robert Rob Bob Bobby Robbie
Richard Rich Rick Dick Ricky
Thomas Tom Tommy
James Jim Jimmy Jamie
John Jack Johnny
Michael Mike Mick Mikey
David Dave Davey
Daniel Dan Danny
Christopher Chris Kit
Matthew Matt Matty
Andrew Andy Drew
Anthony Tony Ant
Joseph Joe Joey
Joshua Josh
Samuel Sam Sammy
Benjamin Ben Benny Benji
Alexander Alex Xander Sandy
Nicholas Nick Nicky
Stephen Steve Ste
Steven Steve Stevie
Edward Ed Eddie Ted Teddy Ned
Charles Charlie Chas
Charlie Charles
George Georgie
Henry Harry Hal
Harry Henry
Harrison Harry
Frederick Fred Freddie
Freddie Frederick
Archie Archibald
Alfie Alfred
Theodore Theo Ted
Theo Theodore
Oliver Ollie
Oscar Ozzy
Jacob Jake Jay
Jake Jacob
Zachary Zac Zach
Nathan Nate
Nathaniel Nate Nathan
Timothy Tim
Jonathan Jon Jonny
Gregory Greg
Kenneth Ken Kenny
Ronald Ron Ronnie
Raymond Ray
Geoffrey Geoff
Terence Terry
Leslie Les
Stanley Stan
Patrick Paddy Pat
Francis Frank Frankie
Peter Pete
Philip Phil
Stuart Stu
Gareth Gaz
Darren Daz
Dominic Dom
Sebastian Seb
Gabriel Gabe
Elijah Eli
Reginald Reggie
Tobias Toby
Elizabeth Liz Beth Lizzie Betty Libby Eliza
Katherine Kate Katie Kathy Kat
Catherine Cath Kate Cathy Katie
Margaret Maggie Meg Peggy Madge
Victoria Vicky Tori
Rebecca Becky Becca
Jennifer Jen Jenny
Jessica Jess Jessie
Samantha Sam Sammy
Alexandra Alex Lexi Sandra
Charlotte Lottie Charlie Lotte
Isabella Bella Izzy Isabel
Isabelle Izzy Belle
Olivia Liv Livvy
Amelia Millie Amy Mimi
Matilda Tilly Mattie
Florence Flo Florrie Flossie
Eleanor Ellie Nell Nora
Abigail Abi Abbie
Natasha Tash
Stephanie Steph
Danielle Dani
Kimberley Kim
Patricia Pat Trish Patsy
Susan Sue Susie
Suzanne Sue Suzie
Christine Chris Chrissy
Deborah Debbie Deb
Jacqueline Jackie
Amanda Mandy
Nicola Nicky Nic
Michelle Shell
Joanne Jo Joey
Josephine Jo Josie
Angela Angie
Pamela Pam
Kathleen Kath Kathy
Dorothy Dot Dolly
Barbara Barb Babs
Sandra Sandy
Georgina George Georgie Gina
Georgia Georgie
Penelope Penny
Philippa Pip Pippa
Rosemary Rose Rosie
Frances Fran Frankie
Francesca Fran Chess
Harriet Hattie Harry
Evelyn Evie Eve
Sophia Sophie
Emily Em Emmy
Imogen Immy
Arabella Bella Belle
Caroline Caz Carrie
Bethany Beth
Megan Meg
Lucy Lu
Theresa Terri Tess
Bridget Bridie Biddy
Mohammed Mo
Muhammad Mo
Mohamed Mo
Abdullahi Abdi
Abdirahman Abdi
Ibrahim Ibby
Yusuf Yus
Aleksander Olek Alek
Aleksandra Ola
Katarzyna Kasia Kaśka
Małgorzata Gosia
Agnieszka Aga
Magdalena Magda
Jakub Kuba
Tomasz Tomek
Krzysztof Krzysiek Kris
Stanisław Staszek
Zuzanna Zuzia
Wojciech Wojtek
Grzegorz Grzesiek Greg
Alexandru Alex Sandu
Mihaela Miha
Nicolae Nicu
Gheorghe Gigi
Oleksandr Sasha Olek
Oleksandra Sasha
Anastasiia Nastia
Kateryna Katia
Mykola Kolia
Volodymyr Vova
Dmytro Dima
Nataliia Natasha
Francisco Chico Xico
António Toni
José Zé
Babatunde Tunde
Oluwaseun Seun
Oluwadamilare Dami
Temitope Temi Tope
Chukwuemeka Emeka
Chiamaka Amaka
Emmanuel Manny Emma
Harpreet Harps
Gurpreet Guri
Manpreet Manni
Jaspreet Jas"""
